metadata description = 'Tells the operator when a query over the logs finds more than it should.'

param name string

@description('The region.')
param location string

param tags object
@description('What has happened.')
param says string

@minValue(0)
@maxValue(4)
param severity int

@description('The resource whose logs are asked.')
param scope string

param query string

@description('The column that tells alerts of this rule apart; empty where there is but one.')
param splitBy string = ''

@allowed(['PT15M', 'PT1H', 'P2D'])
param window string = 'PT15M'

@allowed(['PT15M', 'PT6H'])
param frequency string = 'PT15M'

param operatorId string

resource rule 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    displayName: name
    description: '${says} What to do is in docs/operations.md, under the name of ${empty(splitBy) ? 'this alert' : 'the dimension "alert"'}.'
    enabled: true
    severity: severity
    scopes: [scope]
    windowSize: window
    evaluationFrequency: frequency
    autoMitigate: true
    // On the first deployment there are no logs yet to check it against.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: empty(splitBy) ? [] : [{ name: splitBy, operator: 'Include', values: ['*'] }]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [operatorId] }
  }
}
