metadata description = 'Which of the service\'s log events the operator is told of. A test holds them to the code: each is logged by it, and no error of its is left out.'

type eventAlert = {
  @description('The chapter in docs/operations.md.')
  name: string

  @description('Of 0, the worst, to 4.')
  severity: int

  @description('The event ids of the service\'s log.')
  events: int[]

  @description('How many there may be in a quarter of an hour.')
  moreThan: int

  says: string
}

@export()
var eventAlerts eventAlert[] = [
  {
    name: 'held-batches'
    severity: 1
    events: [213]
    moreThan: 0
    says: 'Nobody can know whether a batch was sent. It is held, and waits for a decision.'
  }
  {
    name: 'blocked-batches'
    severity: 0
    events: [212, 404]
    moreThan: 0
    says: 'SendGrid refuses our mail, or our key, for a reason that isn\'t the recipients\'. Sending has stopped.'
  }
  {
    name: 'run-late'
    severity: 1
    events: [101, 214]
    moreThan: 0
    says: 'A run, or a batch, came too late and was skipped: people miss a digest.'
  }
  {
    name: 'unproven-runs'
    severity: 2
    events: [252]
    moreThan: 0
    says: 'SendGrid accepted mail, and six hours later no event proves that it left.'
  }
  {
    name: 'sent-twice'
    severity: 1
    events: [261]
    moreThan: 0
    says: 'Events came of an attempt that was taken back: some people may get a digest twice.'
  }
  {
    name: 'single-mails'
    severity: 2
    events: [222, 224, 227]
    moreThan: 0
    says: 'Mail to one person (a confirmation, a welcome, a link) was refused or given up.'
  }
  {
    name: 'webhook-signatures'
    severity: 2
    events: [510, 511, 512, 513]
    moreThan: 10
    says: 'Posts to the event webhook are refused again and again: the key is wrong, or somebody is trying.'
  }
  {
    name: 'unreadable-rows'
    severity: 1
    events: [102, 103, 202, 253, 263, 301, 302, 303, 411]
    moreThan: 0
    says: 'Something in the store isn\'t as we write it. It is left alone, and so are those that it is about.'
  }
  {
    name: 'store-away'
    severity: 1
    events: [400, 500]
    moreThan: 5
    says: 'The store doesn\'t answer, or refuses us.'
  }
  {
    name: 'sign-up-flood'
    severity: 3
    events: [412]
    moreThan: 0
    says: 'There are more sign-ups in this hour than SignUp:MaxPerHour allows.'
  }
  {
    name: 'operator-keys'
    severity: 2
    events: [421]
    moreThan: 0
    says: 'Somebody is trying keys for the operator\'s pages.'
  }
]

@export()
@description('The Functions host says this when it moves a message to a queue that ends in -poison.')
var poisonQuery = 'traces | where message has "MaxDequeueCount" and message has "poison"'

@export()
@description('Complaints (event 410) by recipients accepted (event 210), above what Gmail asks to stay below; three at least, so that one angry person in a small list is no alarm.')
var complaintsQuery = '''
let events = traces | extend event = toint(customDimensions.EventId);
let accepted = toscalar(events | where event == 210 | summarize sum(tolong(customDimensions.Recipients)));
events
| where event == 410 and customDimensions.Reason == "Complained"
| summarize complaints = count()
| where complaints >= 3 and complaints > 0.001 * coalesce(accepted, 0)
'''
