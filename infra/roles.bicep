metadata description = 'The least that the service needs, and that whoever deploys needs to make the secrets.'

param storageName string
param vaultName string

@description('The service\'s identity.')
param identityName string

@description('Who deploys.')
param deployerId string

@description('Who deploys from GitHub; empty for nobody.')
param pipelineId string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

// The host locks its timers with blobs and reads the app's package; its documentation asks for no less than the owner
// of blob data. There are no other blobs in the account.
var onStorage = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource serviceOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(onStorage): {
    scope: storage
    name: guid(storage.id, identity.id, role.value)
    properties: {
      description: role.key
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource serviceOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, identity.id, secretsUser)
  properties: {
    description: 'Key Vault Secrets User'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// The pipeline looks into the vault before its first deployment. An assignment that is made by hand has another name, and
// Azure refuses a second one of the same role.
resource deployersOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for id in union([deployerId], empty(pipelineId) ? [] : [pipelineId]): {
    scope: vault
    name: guid(vault.id, id, secretsOfficer)
    properties: {
      description: 'Key Vault Secrets Officer'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
      principalId: id
    }
  }
]
