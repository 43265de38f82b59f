metadata description = 'An address of your own for the pages. Its records (a CNAME, and a TXT that proves that it is yours) have to be in the DNS before.'

param appName string

@description('The region.')
param location string

@description('Such as digest.example.org.')
param domain string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource plain 'Microsoft.Web/sites/hostNameBindings@2025-03-01' = {
  parent: app
  name: domain
  properties: {
    siteName: appName
    hostNameType: 'Verified'
  }
}

// A plan of this kind has its certificates with the app.
resource certificate 'Microsoft.Web/sites/certificates@2025-03-01' = {
  parent: app
  name: domain
  location: location
  properties: { canonicalName: domain }
  dependsOn: [plain]
}

// The same binding once more, now that there is a certificate: one file can't have a resource twice.
module secured 'domain-tls.bicep' = {
  params: {
    appName: appName
    domain: domain
    thumbprint: certificate.properties.thumbprint
  }
}
