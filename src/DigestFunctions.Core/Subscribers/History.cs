using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;

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

    /// <summary>The first issue of which anything is known; null where all is of the present state.</summary>
    public IssueId? First => All.Select(stay => (IssueId?)stay.From).FirstOrDefault();

    /// <summary>What is history once one state has become another: of the one before, the issues that aren't the new one's.</summary>
    public History After(SubscriberState before, SubscriberState now)
    {
        var present = Of(now);
        return present is [var first, ..] ? Of(All.Concat(Of(before)).Where(stay => stay.From < first.From).TakeLast(Most)) : this;
    }

    /// <summary>Without what was over before an issue.</summary>
    public History Since(IssueId oldest, SubscriberState now)
    {
        if (text is null)
            return this;
        var all = All.ToList();
        return Of(all.Zip(all.Skip(1).Concat(Of(now)), (stay, next) => (Stay: stay, End: next.From)).Where(one => one.End > oldest).Select(one => one.Stay));
    }

    /// <summary>What a state itself says: where she is from its first issue on. Nothing of one who was never here.</summary>
    public static IReadOnlyList<Stay> Of(SubscriberState state) => state switch
    {
        SubscriberState.Pending { FirstIssue: null } => [],
        SubscriberState.Pending { FirstIssue: { } first } => [new Stay(first, Slot: null)],
        SubscriberState.Active { Pause: { } pause } active => [new Stay(pause.FirstIssue, Slot: null, IsPaused: true), new Stay(active.Current.FirstIssue, active.Current.Slot)],
        SubscriberState.Active active => [.. active.Placements.Select(placement => new Stay(placement.FirstIssue, placement.Slot))],
        SubscriberState.Left left => [new Stay(left.FirstIssue, Slot: null)],
        SubscriberState.Moved moved => [new Stay(moved.FirstIssue, Slot: null)],
        SubscriberState.Suppressed suppressed => [new Stay(suppressed.FirstIssue, Slot: null)],
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
