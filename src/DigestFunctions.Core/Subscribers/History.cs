using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>From an issue on, until the next: the slot that somebody was in; or none, while she paused or wasn't subscribed.</summary>
/// <param name="From">The first issue of it.</param>
/// <param name="Slot">Null while nothing was to come.</param>
/// <param name="IsPaused">Whether that was because she paused.</param>
internal readonly record struct Stay(IssueId From, Slot? Slot, bool IsPaused = false)
{
    private const string Paused = "paused";
    private const string Away = "away";

    public static bool TryParse([NotNullWhen(true)] string? text, out Stay stay)
    {
        stay = default;
        if (text?.Split(' ') is not [var issueText, var whereText] || !IssueId.TryParse(issueText, out var issue))
            return false;
        var isSlot = Schedule.Slot.TryParse(whereText, out var slot);
        stay = new Stay(issue, isSlot ? slot : null, whereText == Paused);
        return isSlot || whereText is Paused or Away;
    }

    public override string ToString() => $"{From} {Slot?.ToString() ?? (IsPaused ? Paused : Away)}";
}

/// <summary>
/// Where somebody was for the issues before those of her present state, oldest first: whoever asks for an issue of
/// last spring is told of the time that she had then. Nothing is planned by it. Written
/// <c>2026-W40 digest|Europe~Paris|Tue|08:30; 2026-W45 paused</c>. Kept as long as the ledger of what she was sent.
/// </summary>
internal readonly record struct History
{
    // A stay a week, and the sweep lets go of what is older than that.
    private const int Most = 54;

    private readonly string? text;

    private History(string text) => this.text = text;

    public static History None => default;

    public IEnumerable<Stay> All => TryRead(text ?? "", out var all) ? all : [];

    /// <summary>The first issue that she was in a slot for; null where that is of the present state.</summary>
    public IssueId? First => All.Where(stay => stay.Slot is not null).Select(stay => (IssueId?)stay.From).FirstOrDefault();

    /// <summary>
    /// What is history once one state has become another: what began before the new one did. A slot's issues that the
    /// new one may still give her never came by that slot.
    /// </summary>
    public History After(SubscriberState before, SubscriberState now)
    {
        var (open, present) = (now.OpenFrom, Of(now));
        return Of(All.Concat(Of(before))
            .Where(stay => (stay.Slot is null || open is null || stay.From < open) && (present is not [var first, ..] || stay.From < first.From))
            .TakeLast(Most));
    }

    /// <summary>Without what was over before an issue.</summary>
    public History Since(IssueId oldest, SubscriberState now)
    {
        if (text is null)
            return this;
        var all = All.Concat(Of(now)).ToList();
        // The one that nothing comes after isn't over.
        return Of(All.Where((_, place) => place + 1 == all.Count || all[place + 1].From > oldest));
    }

    /// <summary>What a state itself says of where she is: nothing while she hasn't confirmed.</summary>
    public static IReadOnlyList<Stay> Of(SubscriberState state) => state switch
    {
        SubscriberState.Pending => [],
        SubscriberState.Active { Pause: { } pause } active => [new Stay(pause.FirstIssue, Slot: null, IsPaused: true), new Stay(active.Current.FirstIssue, active.Current.Slot)],
        SubscriberState.Active active => [.. active.Placements.Select(placement => new Stay(placement.FirstIssue, placement.Slot))],
        SubscriberState.Left left => [Away(left.At, left.FirstIssue)],
        SubscriberState.Moved moved => [Away(moved.At, moved.FirstIssue)],
        SubscriberState.Suppressed suppressed => [Away(suppressed.At, suppressed.FirstIssue)],
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out History history)
    {
        history = default;
        if (text is null || !TryRead(text, out var all))
            return false;
        history = Of(all);
        return true;
    }

    public override string ToString() => text ?? "";

    // One who left in a pause has had none of its issues, and paused until then.
    private static Stay Away(Instant since, IssueId firstOpen)
    {
        var week = IssueId.Of(since, DateTimeZone.Utc);
        return new Stay(week > firstOpen ? week : firstOpen, Slot: null);
    }

    private static History Of(IEnumerable<Stay> all) => string.Join("; ", all) is { Length: > 0 } text ? new History(text) : None;

    private static bool TryRead(string text, out List<Stay> all)
    {
        all = [];
        foreach (var part in text.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Stay.TryParse(part, out var stay))
                return false;
            all.Add(stay);
        }

        return true;
    }
}
