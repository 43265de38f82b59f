@description('How much a month may cost before somebody is told, in the subscription\'s currency. Nothing is switched off by it.')
@minValue(1)
param amount int

@description('The first day of the month from which it counts. It can\'t be changed later, so that infra/hooks/preprovision.sh writes it down once.')
param startDate string

@description('Who is told.')
param operatorEmail string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: 'monthly'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: [operatorEmail]
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [operatorEmail]
      }
    }
  }
}
