@description('The vault with the secrets, which infra/hooks/postprovision.sh makes.')
@minLength(3)
@maxLength(24)
param name string

@description('The region.')
param location string

param tags object

@description('Whether nothing in the vault can be deleted for good before 90 days are over, by anybody. It can\'t be taken back.')
param purgeProtected bool

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: purgeProtected ? true : null
  }
}
