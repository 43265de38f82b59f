using System.Collections.Immutable;
using DigestFunctions.Core.Schedule;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// Why an address must not be mailed, and what was said; or, without a reason, that its mail server refused
/// some issues and not yet enough of them. Whatever comes to it, in whatever order and however often, leaves
/// the same behind: the strongest reason, as it was first given.
/// </summary>
/// <param name="Reason">Null while the address may still be mailed.</param>
/// <param name="Evidence">The provider's words, without an address.</param>
/// <param name="Blocked">The issues that the mail server refused, in order: the last three at the most.</param>
internal sealed record Suppression(
    SuppressionReason? Reason, Instant At, string Evidence, ImmutableArray<IssueId> Blocked)
{
    /// <summary>A mail server that refuses so many issues in a row will refuse the next.</summary>
    public const int MostBlocked = 3;

    /// <summary>Not lifted by her asking anew.</summary>
    public bool IsHard => Reason is not (null or SuppressionReason.Unsubscribed);

    public static Suppression Of(SuppressionReason reason, Instant at, string evidence) => new(reason, at, evidence, []);

    public static Suppression OfBlocked(IssueId issue, Instant at, string evidence) => new(null, at, evidence, [issue]);

    public Suppression And(Suppression other)
    {
        ImmutableArray<IssueId> blocked = [.. Blocked.Union(other.Blocked).Order().TakeLast(MostBlocked)];
        if (InARow(blocked) && Math.Max(Strength(Reason), Strength(other.Reason)) < Strength(SuppressionReason.Blocked))
            return (At >= other.At ? this : other) with { Reason = SuppressionReason.Blocked, Blocked = blocked };
        return (Outweighs(other) ? this : other) with { Blocked = blocked };
    }

    public bool Equals(Suppression? other) =>
        other is not null && Reason == other.Reason && At == other.At && Evidence == other.Evidence && Blocked.SequenceEqual(other.Blocked);

    public override int GetHashCode() => HashCode.Combine(Reason, At, Evidence, Blocked.Length);

    // Every week has an issue: a week without a refusal is one that mail arrived in, or that had none for her.
    private static bool InARow(ImmutableArray<IssueId> issues) =>
        issues.Length == MostBlocked && issues[0].Plus(MostBlocked - 1) == issues[^1];

    // Of two of the same reason, what was said first stands; of refusals that don't suppress yet, what was said last.
    private bool Outweighs(Suppression other)
    {
        var heavier = Strength(Reason).CompareTo(Strength(other.Reason));
        if (heavier == 0)
            heavier = Reason is null ? At.CompareTo(other.At) : other.At.CompareTo(At);
        return heavier > 0 || heavier == 0 && string.CompareOrdinal(Evidence, other.Evidence) <= 0;
    }

    // By how sure it is, and by who can lift it: she herself, when she asks again; the operator, when the
    // address is mended; nobody but she who complained, in person.
    private static int Strength(SuppressionReason? reason) => reason switch
    {
        null => 0,
        SuppressionReason.Unsubscribed => 1,
        SuppressionReason.Blocked => 2,
        SuppressionReason.Refused => 3,
        SuppressionReason.Bounced => 4,
        SuppressionReason.ByOperator => 5,
        SuppressionReason.Complained => 6,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
    };
}
