metadata description = 'All of Empathy Digest, in one resource group. Values come from main.bicepparam.'

targetScope = 'subscription'

import { sizeOf, sizeName } from 'sizes.bicep'
import { mailSettings, sendGridSettings } from 'settings.bicep'

@description('The name of this deployment; its resource group is called after it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region, such as westeurope. Not every region has Flex Consumption: az functionapp list-flexconsumption-locations says which.')
@minLength(1)
param location string

@description('How large, how safe and how well watched: prod for people, dev for trying things out.')
param size sizeName

@description('Who is told by alerts and the budget.')
@minLength(3)
param operatorEmail string

@description('What every mail says.')
param mail mailSettings

@description('Who hands the mails over.')
param sendGrid sendGridSettings

@description('The object id of the identity that deploys from GitHub, for it to see the vault; empty for none.')
param pipelineId string = ''

@description('An address of your own, such as digest.example.org; empty for the app\'s own. Its DNS records have to be there before.')
param customDomain string = ''

@description('How many sign-ups the whole service takes in an hour.')
@minValue(1)
@maxValue(1000000)
param signUpsPerHour int = 2000

@description('How far ahead of their moment digests are handed over to SendGrid, from 25 minutes to 24 hours.')
@minLength(8)
@maxLength(8)
param lead string = '01:00:00'

@description('How much a month may cost before somebody is told, in the subscription\'s currency; 0 for no budget.')
@minValue(0)
param monthlyBudget int

@description('The first day of the month in which the budget began.')
param budgetStart string

// Names that are known before anything is there: what-if can say more then.
var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = {
  app: 'func-${token}'
  plan: 'plan-${token}'
  identity: 'id-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  workspace: 'log-${token}'
  insights: 'appi-${token}'
}
var tags = { 'azd-env-name': environmentName }
var as = sizeOf[size]

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module storage 'storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    sku: as.storageSku
    packageContainer: 'app-package'
    locked: as.protected
  }
}

module vault 'keyvault.bicep' = {
  scope: group
  params: { name: names.vault, location: location, tags: tags, purgeProtected: as.protected }
}

module roles 'roles.bicep' = {
  scope: group
  dependsOn: [identity, storage, vault]
  params: {
    identityName: names.identity
    storageName: names.storage
    vaultName: names.vault
    deployerId: deployer().objectId
    pipelineId: pipelineId
  }
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    retentionDays: as.logRetentionDays
    dailyCapGb: as.dailyLogCapGb
  }
}

module functions 'functions.bicep' = {
  scope: group
  dependsOn: [roles]
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityId: identity.outputs.id
    packages: storage.outputs.packages
    instanceMemoryMB: as.instanceMemoryMB
    maximumInstanceCount: as.maximumInstanceCount
    alwaysReadyInstances: as.alwaysReadyInstances
  }
}

var url = empty(customDomain) ? functions.outputs.url : 'https://${customDomain}'

module settings 'settings.bicep' = {
  scope: group
  dependsOn: [monitoring]
  params: {
    appName: names.app
    insightsName: names.insights
    vaultName: names.vault
    clientId: identity.outputs.clientId
    storage: { name: names.storage, tables: storage.outputs.tables, queues: storage.outputs.queues }
    url: url
    mail: mail
    sendGrid: sendGrid
    signUpsPerHour: signUpsPerHour
    lead: lead
  }
}

module domain 'domain.bicep' = if (!empty(customDomain)) {
  scope: group
  dependsOn: [functions]
  params: { appName: names.app, location: location, domain: customDomain }
}

module alerts 'alerts.bicep' = {
  scope: group
  dependsOn: [monitoring]
  params: {
    location: location
    tags: tags
    insightsName: names.insights
    workspaceName: names.workspace
    operatorEmail: operatorEmail
    formUrl: url
    watchedFrom: as.watchedFrom
  }
}

module budget 'budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  params: { amount: max(monthlyBudget, 1), startDate: budgetStart, operatorEmail: operatorEmail }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = names.app
output AZURE_STORAGE_ACCOUNT_NAME string = names.storage
output AZURE_KEY_VAULT_NAME string = names.vault
output DIGEST_URL string = url
output DIGEST_WEBHOOK_URL string = '${url}/webhooks/sendgrid'
