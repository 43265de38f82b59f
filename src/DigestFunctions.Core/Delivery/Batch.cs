using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Azure;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// The recipients of one range and one variant: one call to the provider. Its members are frozen when the
/// range is decided; how far it got is its state.
/// </summary>
/// <param name="Out">Members that the provider refused: they were suppressed, and it goes without them.</param>
/// <param name="Attempts">How often it was claimed: the number of the last attempt.</param>
internal sealed record Batch(
    RunId Run,
    IdRange Range,
    BatchName Name,
    Variant Variant,
    IReadOnlyList<SubscriberId> Members,
    MemberSet Out,
    int Attempts,
    BatchState State,
    ETag ETag)
{
    /// <summary>The most recipients that one call to the provider takes.</summary>
    public const int MaxSize = 1_000;

    public string Key => LedgerKeys.Batch(Range, Name, Variant);
}

/// <summary>A batch's number in its range, such as <c>003</c>, and where it was halved which half it is, such as <c>003ba</c>.</summary>
internal readonly record struct BatchName(int Index, string Half)
{
    public BatchName(int index)
        : this(index, "")
    {
    }

    public (BatchName First, BatchName Second) Halves() => (this with { Half = Half + 'a' }, this with { Half = Half + 'b' });

    public static bool TryParse([NotNullWhen(true)] string? text, out BatchName name)
    {
        name = default;
        if (text is not { Length: >= 3 }
            || !int.TryParse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || text.AsSpan(3).ContainsAnyExcept('a', 'b'))
        {
            return false;
        }

        name = new BatchName(index, text[3..]);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index:D3}{Half}");
}
