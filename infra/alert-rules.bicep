metadata description = 'Which of the service\'s log events the operator is told of. A test holds them to the code: each is logged by it, and no error of its is left out.'

type eventAlert = {
  @description('The chapter in docs/operations.md.')
  name: string

  @description('Whether people miss mail, or get it twice, while nobody looks.')
  urgent: bool

  @description('The event ids of the service\'s log.')
  events: int[]

  @description('How many there may be in a quarter of an hour.')
  moreThan: int
}

@export()
var eventAlerts eventAlert[] = [
  // Nobody can know whether a batch was sent. It is held, and waits for a decision.
  { name: 'held-batches', urgent: true, events: [213], moreThan: 0 }
  // SendGrid refuses our mail, or our key, for a reason that isn't the recipients'. Sending has stopped.
  { name: 'blocked-batches', urgent: true, events: [212, 404], moreThan: 0 }
  // A run, or a batch, came too late and was skipped: people miss a digest.
  { name: 'run-late', urgent: true, events: [101, 214], moreThan: 0 }
  // SendGrid accepted mail, and six hours later no event proves that it left.
  { name: 'unproven-runs', urgent: false, events: [252], moreThan: 0 }
  // Events came of an attempt that was taken back: some people may get a digest twice.
  { name: 'sent-twice', urgent: true, events: [261], moreThan: 0 }
  // Mail to one person (a confirmation, a welcome, a link) was refused or given up.
  { name: 'single-mails', urgent: false, events: [222, 224, 227], moreThan: 0 }
  // Posts to the event webhook are refused again and again: the key is wrong, or somebody is trying.
  { name: 'webhook-signatures', urgent: false, events: [510, 511, 512, 513], moreThan: 10 }
  // Something in the store isn't as we write it. It is left alone, and so are those that it is about.
  { name: 'unreadable-rows', urgent: true, events: [102, 103, 202, 253, 263, 301, 302, 303, 411, 501], moreThan: 0 }
  // The store doesn't answer, or refuses us.
  { name: 'store-away', urgent: true, events: [311, 400, 500], moreThan: 5 }
  // There are more sign-ups in this hour than SignUp:MaxPerHour allows.
  { name: 'sign-up-flood', urgent: false, events: [412], moreThan: 0 }
  // Somebody is trying keys for the operator's pages.
  { name: 'operator-keys', urgent: false, events: [421], moreThan: 0 }
]

@export()
@description('Counts the events by alert, so that one rule, which costs as much as any, watches for all of them.')
func queryOf(alerts eventAlert[]) string => 'let alerts = datatable(event:int, alert:string, moreThan:int) [${join(flatten(map(alerts, each => map(each.events, event => '${event}, "${each.name}", ${each.moreThan}'))), ', ')}]; union isfuzzy=true traces, exceptions | extend event = toint(customDimensions.EventId) | lookup kind=inner alerts on event | summarize found = count() by alert, moreThan | where found > moreThan'

@export()
@description('The Functions host says this when it moves a message to a queue that ends in -poison.')
var poisonQuery = 'traces | where message has "MaxDequeueCount" and message has "poison"'

@export()
@description('Whether no planning round (event 105) came to its end. Without rows there is still one sum to look at, which is 0.')
var planningQuery = 'traces | where toint(customDimensions.EventId) == 105 | summarize rounds = count() | where rounds < 1'

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
