metadata description = 'What sets one kind of environment apart from another.'

@export()
type sizeName = 'dev' | 'prod'

type size = {
  storageSku: 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

  @description('Whether store and vault are held against deletion.')
  protected: bool

  instanceMemoryMB: 512 | 2048 | 4096

  @description('A limit to what a flood costs. Sending needs a few at the most, see docs/scale.md.')
  maximumInstanceCount: int

  @description('Instances that wait for the pages; each costs as docs/costs.md says.')
  alwaysReadyInstances: int

  logRetentionDays: 30 | 60 | 90 | 180 | 365

  dailyLogCapGb: '0.1' | '0.25' | '0.5' | '1' | '5'

  @description('From how many places the form is asked for, every quarter of an hour; 0 for none.')
  watchedFrom: int
}

@export()
var sizeOf { *: size } = {
  dev: {
    storageSku: 'Standard_LRS'
    protected: false
    instanceMemoryMB: 2048
    maximumInstanceCount: 40
    alwaysReadyInstances: 0
    logRetentionDays: 30
    dailyLogCapGb: '0.1'
    watchedFrom: 0
  }
  prod: {
    storageSku: 'Standard_ZRS'
    protected: true
    instanceMemoryMB: 2048
    maximumInstanceCount: 40
    alwaysReadyInstances: 0
    logRetentionDays: 90
    dailyLogCapGb: '0.5'
    watchedFrom: 1
  }
}
