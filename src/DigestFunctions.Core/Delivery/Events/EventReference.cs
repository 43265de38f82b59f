using System.Globalization;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>
/// What a mail's custom argument <c>ref</c> says: <c>RUN/BATCH/ATTEMPT/INDEX</c> for a digest, else the kind of
/// mail and whom it went to, such as <c>confirm/ID</c>.
/// </summary>
internal readonly ref struct EventReference
{
    /// <summary>Longer than any of ours.</summary>
    public const int MaxLength = 400;

    private EventReference(ReadOnlySpan<char> batch, int attempt, int member, SubscriberId subscriber)
    {
        Batch = batch;
        (Attempt, Member, Subscriber) = (attempt, member, subscriber);
    }

    /// <summary>Empty where it is of a mail to one person.</summary>
    public ReadOnlySpan<char> Batch { get; }

    public int Attempt { get; }

    public int Member { get; }

    public SubscriberId Subscriber { get; }

    public static bool TryParse(ReadOnlySpan<char> text, out EventReference reference)
    {
        reference = default;
        var last = text.LastIndexOf('/');
        if (last < 0)
            return false;
        var head = text[..last];
        var tail = text[(last + 1)..];
        if (head is "confirm" or "confirm-reminder" or "welcome" or "link" or "data" or "new-address" or "address-told")
        {
            if (!SubscriberId.TryParse(tail.ToString(), out var subscriber))
                return false;
            reference = new EventReference([], 0, 0, subscriber);
            return true;
        }

        var middle = head.LastIndexOf('/');
        if (middle <= 0
            || !TryNumber(head[(middle + 1)..], out var attempt)
            || !TryNumber(tail, out var member)
            || attempt == 0
            || member >= Delivery.Batch.MaxSize)
        {
            return false;
        }

        reference = new EventReference(head[..middle], attempt, member, default);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
