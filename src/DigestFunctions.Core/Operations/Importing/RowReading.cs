using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>Evidence of consent that a file holds: when it was given, and how.</summary>
internal sealed record ConsentEvidence(Instant At, string Source);

/// <param name="Consent">Null of one who is to be asked, or whom nothing proves.</param>
/// <param name="Unproven">Why she can't be imported, if she isn't known already.</param>
internal sealed record ImportedPerson(
    SubscriberId Id, EmailAddress Address, Preferences Preferences, LocalDate? PausedUntil, ConsentEvidence? Consent, string? Unproven);

/// <summary>What came of reading a row.</summary>
internal abstract record RowReading
{
    private RowReading()
    {
    }

    internal sealed record Person(ImportedPerson Who) : RowReading;

    /// <summary>The file itself says that she isn't subscribed.</summary>
    internal sealed record NotSubscribed : RowReading
    {
        public static NotSubscribed Row { get; } = new();
    }

    internal sealed record Refused(string Why) : RowReading;

    /// <summary>The file isn't of the encoding that it is read by.</summary>
    internal sealed record NotUtf8 : RowReading
    {
        public static NotUtf8 Row { get; } = new();
    }
}

/// <summary>A row, by the line that it begins on.</summary>
internal readonly record struct ImportLine(long Line, RowReading Reading);
