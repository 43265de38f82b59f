metadata description = 'The app, on the plan that costs nothing while nothing is done.'

param name string
param planName string

@description('The region.')
param location string

param tags object

@description('The service\'s identity.')
param identityId string

@description('Where the app\'s package is deployed to.')
param packages string

@description('The memory of one instance; two gigabytes come with one core.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('How many instances there can be at the most, which is also what a flood can cost at the most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('How many instances wait for the web pages, paid for day and night, so that nobody waits for a start.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // How azd finds where to deploy the service of this name in azure.yaml.
  tags: union(tags, { 'azd-service-name': 'digest' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
    }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packages
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
      }
    }
  }

  // Deployment is by Entra ID alone.
  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noScmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output url string = 'https://${app.properties.defaultHostName}'
