using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// One entry of a subscriber in the schedule: the slot, and for which issues she is in it. Written
/// <c>digest|Europe~Paris|Tue|08:30 2026-W40..2026-W48</c>; without an end where she stays.
/// </summary>
internal sealed record Placement(Slot Slot, IssueId FirstIssue, IssueId? LastIssue)
{
    /// <summary>Of a reminder: by how many weeks its practice is older than the week that it comes in. Null of a digest.</summary>
    public int? WeeksBack { get; init; }

    public bool IsFor(IssueId issue) => FirstIssue <= issue && (LastIssue is not { } last || issue <= last);

    /// <summary>What is in this one and in another of the same slot; null if nothing is.</summary>
    public Placement? And(Placement other)
    {
        var first = FirstIssue > other.FirstIssue ? FirstIssue : other.FirstIssue;
        var last = LastIssue is { } end && !(other.LastIssue < end) ? end : other.LastIssue;
        return last < first ? null : this with { FirstIssue = first, LastIssue = last };
    }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Placement? placement)
    {
        placement = null;
        if (text?.Split(' ') is not [var slotText, var issues]
            || !Slot.TryParse(slotText, out var slot)
            || issues.Split("..") is not [var firstText, var lastText]
            || !IssueId.TryParse(firstText, out var first))
        {
            return false;
        }

        var ends = IssueId.TryParse(lastText, out var last);
        if (!ends && lastText.Length > 0)
            return false;
        placement = new Placement(slot, first, ends ? last : null);
        return true;
    }

    public override string ToString() => $"{Slot} {FirstIssue}..{LastIssue}";
}
