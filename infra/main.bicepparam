// Every value is an environment variable: of azd's environment (azd env set NAME VALUE), of the shell, or of the
// workflow. Those without a default have to be given, and a deployment without one ends with its name.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

// dev or prod; see sizes.bicep.
param size = readEnvironmentVariable('DIGEST_SIZE', 'prod')

param operatorEmail = readEnvironmentVariable('OPERATOR_EMAIL')

param mail = {
  fromAddress: readEnvironmentVariable('MAIL_FROM_ADDRESS')
  fromName: readEnvironmentVariable('MAIL_FROM_NAME')
  replyTo: readEnvironmentVariable('MAIL_REPLY_TO', '')
  postalAddress: readEnvironmentVariable('MAIL_POSTAL_ADDRESS')
  listId: readEnvironmentVariable('MAIL_LIST_ID')
}

param sendGrid = {
  baseUrl: readEnvironmentVariable('SENDGRID_BASE_URL', 'https://api.sendgrid.com')
  webhookPublicKey: readEnvironmentVariable('SENDGRID_WEBHOOK_PUBLIC_KEY', '')
  // Written by hooks/preprovision.sh, like BUDGET_START.
  keyIsSet: bool(readEnvironmentVariable('SENDGRID_KEY_IS_SET', 'false'))
}

// Of the identity that deploys from GitHub.
param pipelineId = readEnvironmentVariable('PIPELINE_PRINCIPAL_ID', '')

param monthlyBudget = int(readEnvironmentVariable('MONTHLY_BUDGET', '20'))
param budgetStart = readEnvironmentVariable('BUDGET_START', '')

param customDomain = readEnvironmentVariable('CUSTOM_DOMAIN', '')
param signUpsPerHour = int(readEnvironmentVariable('SIGN_UPS_PER_HOUR', '2000'))
param lead = readEnvironmentVariable('DELIVERY_LEAD', '01:00:00')
