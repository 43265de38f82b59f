using System.Text.Json.Serialization;

namespace SendGridEmulator.Mail;

/// <summary>A line of the journal: everything that must survive the process, in the order in which it happened.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(MailTaken), "mail")]
[JsonDerivedType(typeof(MailSettled), "settled")]
[JsonDerivedType(typeof(InboxEmptied), "emptied")]
[JsonDerivedType(typeof(BatchMade), "batch")]
[JsonDerivedType(typeof(BatchSet), "status")]
[JsonDerivedType(typeof(SuppressionSet), "suppression")]
internal abstract record JournalEntry;

/// <summary>Mail was accepted; its body follows the line. Silent mail causes no events.</summary>
internal sealed record MailTaken(long Id, string MessageId, DateTimeOffset At, bool Silent, int Length) : JournalEntry;

/// <summary>The states of all of a request's messages from now on, a letter for each.</summary>
internal sealed record MailSettled(long Id, DateTimeOffset At, string States) : JournalEntry;

internal sealed record InboxEmptied : JournalEntry;

internal sealed record BatchMade(string BatchId) : JournalEntry;

/// <summary>A batch is cancelled or paused; or, without a status, neither any more.</summary>
internal sealed record BatchSet(string BatchId, BatchStatus? Status, DateTimeOffset At) : JournalEntry;

internal sealed record SuppressionSet(string Email, bool Suppressed) : JournalEntry;

[JsonConverter(typeof(JsonStringEnumConverter<BatchStatus>))]
internal enum BatchStatus
{
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    [JsonStringEnumMemberName("pause")]
    Pause,
}

[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
