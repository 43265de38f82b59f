metadata description = 'Asks for the form from outside, and tells the operator when it isn\'t there from most places.'

@description('The region.')
param location string

param tags object
param insightsId string
param url string

@minValue(1)
@maxValue(5)
param places int

param operatorId string

// The names that Application Insights has for its places.
var allPlaces = ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr', 'emea-gb-db3-azr', 'us-ca-sjc-azr']

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'form'
  location: location
  // Without it the portal doesn't show the test.
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'form'
    Name: 'form'
    Enabled: true
    Kind: 'standard'
    Frequency: 900
    Timeout: 60
    RetryEnabled: true
    Locations: [for place in take(allPlaces, places): { Id: place }]
    Request: { RequestUrl: url, HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'form-away'
  location: 'global'
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource', 'hidden-link:${test.id}': 'Resource' })
  properties: {
    description: 'The form can\'t be had from outside. What to do is in docs/operations.md under "form-away".'
    enabled: true
    severity: 1
    scopes: [test.id, insightsId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: insightsId
      failedLocationCount: (places + 1) / 2
    }
    actions: [{ actionGroupId: operatorId }]
  }
}
