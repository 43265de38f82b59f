namespace DigestFunctions.Core.Storage;

/// <summary>
/// The names of everything durable. A prefix sets one service's data apart from another's in the same
/// account: the demo and the tests use it, a deployment doesn't (the queue triggers name the queues).
/// </summary>
internal sealed record Names(string Prefix = "")
{
    /// <summary>The setting that says where all of it is; the queue triggers name it.</summary>
    public const string Connection = "Data";

    public const string RangesQueue = "ranges";
    public const string MailsQueue = "mails";

    public string Subscribers => Prefix + "subscribers";

    public string Schedule => Prefix + "schedule";

    public string Slots => Prefix + "slots";

    public string Runs => Prefix + "runs";

    public string Deliveries => Prefix + "deliveries";

    public string Suppressions => Prefix + "suppressions";

    public string Limits => Prefix + "limits";

    public string Audit => Prefix + "audit";

    public string Switches => Prefix + "switches";

    public string Snapshots => Prefix + "snapshots";

    public string Ranges => Prefix + RangesQueue;

    public string Mails => Prefix + MailsQueue;

    /// <summary>Where the Functions host puts what failed five times; it makes the queue with its first message, and names it.</summary>
    public static string PoisonOf(string queue) => queue + "-poison";

    public IEnumerable<string> Tables => [Subscribers, Schedule, Slots, Runs, Deliveries, Suppressions, Limits, Audit, Switches, Snapshots];

    public IEnumerable<string> Queues => [Ranges, Mails];
}
