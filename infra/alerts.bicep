metadata description = 'What an operator is told of. Each has a chapter of its name in docs/operations.md, with what to do.'

@description('The region.')
param location string

param tags object
param insightsName string
param workspaceName string

@description('Who is told.')
param operatorEmail string

@description('The form\'s address.')
param formUrl string

@description('From how many places the form is asked for, to see whether it is there; each costs as much as the first. 0 for not asking.')
@minValue(0)
@maxValue(5)
param watchedFrom int

import { eventAlerts, queryOf, complaintsQuery, planningQuery, poisonQuery } from 'alert-rules.bicep'

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource operator 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'operator'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'operator'
    emailReceivers: [{ name: 'operator', emailAddress: operatorEmail, useCommonAlertSchema: true }]
  }
}

// A quarter of an hour is the most often that costs the least.
module urgent 'log-alert.bicep' = {
  params: {
    name: 'urgent-events'
    location: location
    tags: tags
    says: 'People miss mail, or get it twice.'
    severity: 1
    scope: insights.id
    query: queryOf(filter(eventAlerts, each => each.urgent))
    splitBy: 'alert'
    operatorId: operator.id
  }
}

module others 'log-alert.bicep' = {
  params: {
    name: 'other-events'
    location: location
    tags: tags
    says: 'Something wants to be looked at today.'
    severity: 2
    scope: insights.id
    query: queryOf(filter(eventAlerts, each => !each.urgent))
    splitBy: 'alert'
    operatorId: operator.id
  }
}

// There are twelve in an hour.
module planning 'log-alert.bicep' = {
  params: {
    name: 'planning-stopped'
    location: location
    tags: tags
    says: 'No planning round in an hour: nothing is sent.'
    severity: 1
    scope: insights.id
    query: planningQuery
    window: 'PT1H'
    operatorId: operator.id
  }
}

module poison 'log-alert.bicep' = {
  params: {
    name: 'poison-messages'
    location: location
    tags: tags
    says: 'A queue message failed at every try. Nothing hangs on it, but it tells of a fault.'
    severity: 2
    scope: insights.id
    query: poisonQuery
    operatorId: operator.id
  }
}

module complaints 'log-alert.bicep' = {
  params: {
    name: 'complaint-rate'
    location: location
    tags: tags
    says: 'More than one in a thousand recipients of two days called our mail spam.'
    severity: 1
    scope: insights.id
    query: complaintsQuery
    window: 'P2D'
    frequency: 'PT6H'
    operatorId: operator.id
  }
}

module logsFull 'log-alert.bicep' = {
  params: {
    name: 'logs-full'
    location: location
    tags: tags
    says: 'The daily cap of logs is reached: until tomorrow nothing is logged, and no other alert comes.'
    severity: 2
    scope: workspace.id
    query: '_LogOperation | where Category =~ "Ingestion" | where Detail contains "OverQuota"'
    operatorId: operator.id
  }
}

module form 'availability.bicep' = if (watchedFrom > 0) {
  params: {
    location: location
    tags: tags
    insightsId: insights.id
    url: formUrl
    places: max(watchedFrom, 1)
    operatorId: operator.id
  }
}
