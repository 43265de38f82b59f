metadata description = 'The app\'s settings: all that the service reads and has no default for, and what the Functions host wants. A test holds them to the code.'

@export()
@description('What every mail says.')
type mailSettings = {
  @description('Who it comes from; SendGrid has to know the address, or its domain, as yours.')
  @minLength(3)
  fromAddress: string

  @minLength(1)
  fromName: string

  @description('Where answers go; empty for where the mail comes from.')
  replyTo: string

  @description('The sender\'s postal address, which the law of many countries asks for.')
  @minLength(1)
  postalAddress: string

  @description('The list\'s name in the form of a domain (RFC 2919).')
  @minLength(3)
  listId: string
}

@export()
type sendGridSettings = {
  @description('The second keeps what it holds in the EU.')
  baseUrl: 'https://api.sendgrid.com' | 'https://api.eu.sendgrid.com'

  @description('Checks its events; while it is empty, no delivery is proven and no bounce suppresses.')
  webhookPublicKey: string

  @description('Whether the vault has a key. A setting that refers to a secret that isn\'t there would be sent to SendGrid as it stands.')
  keyIsSet: bool
}

param appName string
param insightsName string
param vaultName string

@description('The client id of the service\'s identity.')
param clientId string

@description('The store: the account\'s name and its addresses.')
param storage { name: string, tables: string, queues: string }

@description('The address that people reach the service at.')
param url string

param mail mailSettings
param sendGrid sendGridSettings

@minValue(1)
@maxValue(1000000)
param signUpsPerHour int

param lead string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// Without a version: the app takes over a new one within a day, or when infra/hooks/postprovision.sh asks it to.
var inVault = '@Microsoft.KeyVault(VaultName=${vaultName};SecretName='

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    AzureWebJobsDisableHomepage: 'true'
    AzureWebJobsStorage__accountName: storage.name
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientId

    Data__tableServiceUri: storage.tables
    Data__queueServiceUri: storage.queues
    Data__credential: 'managedidentity'
    Data__clientId: clientId

    Links__BaseUrl: url
    Links__Secret: '${inVault}Links-Secret)'
    Identity__Secret: '${inVault}Identity-Secret)'
    Operate__Key: '${inVault}Operate-Key)'

    Mail__FromAddress: mail.fromAddress
    Mail__FromName: mail.fromName
    Mail__ReplyTo: mail.replyTo
    Mail__PostalAddress: mail.postalAddress
    Mail__ListId: mail.listId

    SendGrid__ApiKey: sendGrid.keyIsSet ? '${inVault}SendGrid-ApiKey)' : ''
    SendGrid__BaseUrl: sendGrid.baseUrl
    SendGrid__WebhookPublicKey: sendGrid.webhookPublicKey

    SignUp__MaxPerHour: string(signUpsPerHour)
    Delivery__Lead: lead
  }
}
