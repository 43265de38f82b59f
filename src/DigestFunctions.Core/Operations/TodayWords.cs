using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Operations;

/// <summary>What the page Today and the command <c>status</c> call things.</summary>
internal static class TodayWords
{
    public static string Of(ProviderHealth provider) => provider switch
    {
        ProviderHealth.Well => "well",
        ProviderHealth.NoKey => "no key",
        ProviderHealth.KeyRefused => "refuses the key",
        _ => "doesn’t answer",
    };

    public static string Of(Slot slot) => $"{slot.Kind}, {slot.Weekday} {slot.Time}, {slot.Zone}";

    /// <summary>The same for a line on a console; most are digests.</summary>
    public static string Brief(Slot slot) => $"{(slot.Kind == SlotKind.Digest ? "" : "Reminder, ")}{Weekdays.Short(slot.Weekday)} {slot.Time} {slot.Zone}";

    /// <summary>How far a run is.</summary>
    public static string StateOf(RunToday run) => run.State switch
    {
        "Planned" when run.IsCounted => "under way",
        "Planned" => "under way, not counted yet",
        "Settled" => "done",
        "Late" => "skipped, too late",
        _ => run.State,
    };

    /// <summary>What became of a run's mails, what wants to be looked at first.</summary>
    public static IReadOnlyList<RunFigure> FiguresOf(RunToday run) =>
    [
        new("Held", run.Mails.Held),
        new("Blocked", run.Mails.Blocked),
        new("Late", run.Mails.Late),
        new("Let be", run.Mails.LetBe),
        new("Refused", run.Mails.Refused),
        new("Bounced", run.Mails.Bounced),
        new("Complained", run.Mails.Complained),
        new("Gone before", run.Absent),
        new("Taken", run.Mails.Accepted),
        new("Delivered", run.Mails.Delivered),
    ];
}

/// <summary>How many of a run's people something became of.</summary>
internal sealed record RunFigure(string Name, int Count);
