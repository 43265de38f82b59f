@description('Where logs, traces and figures go.')
param workspaceName string

param insightsName string

@description('The region.')
param location string

param tags object

@description('For how many days logs are kept; the first 31 cost nothing.')
@allowed([30, 60, 90, 180, 365])
param retentionDays int

@description('How many gigabytes of logs are taken in a day; past that, nothing is logged until the next day, and the alerts are blind.')
@allowed(['0.1', '0.25', '0.5', '1', '5'])
param dailyCapGb string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: json(dailyCapGb) }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
  }
}
