@description('The account, with everything durable: the subscribers\' tables and the work queues. The Functions host keeps its own blobs beside them.')
@minLength(3)
@maxLength(24)
param name string

@description('The region.')
param location string

param tags object

@description('How many copies there are, and where: three in one building, in three buildings of the region, or also in the paired region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param sku string

@description('The container that the app\'s package is deployed to.')
param packageContainer string

@description('For how many days a deleted blob can be had back. Tables have nothing of the kind.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 14

@description('Whether nobody can delete the account before taking the lock off.')
param locked bool

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
  }
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: packageContainer
  properties: { publicAccess: 'None' }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  scope: account
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'The subscribers are here, and tables have no soft delete.'
  }
}

output tables string = account.properties.primaryEndpoints.table
output queues string = account.properties.primaryEndpoints.queue
output packages string = '${account.properties.primaryEndpoints.blob}${package.name}'
