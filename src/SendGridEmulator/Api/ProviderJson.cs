using System.Text.Json.Serialization;

namespace SendGridEmulator.Api;

internal sealed record BatchCreated(string BatchId);

internal sealed record ScheduledSend(string BatchId, string Status);

internal sealed record ScheduledSendChange(string? BatchId, string? Status);

internal sealed record SuppressedRecipients(IReadOnlyList<string>? RecipientEmails);

internal sealed record SuppressedRecipient([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RecipientEmail);

internal sealed record GrantedScopes(IReadOnlyList<string> Scopes);

/// <summary>SendGrid's side of the wire.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiErrors))]
[JsonSerializable(typeof(BatchCreated))]
[JsonSerializable(typeof(ScheduledSend))]
[JsonSerializable(typeof(IReadOnlyList<ScheduledSend>))]
[JsonSerializable(typeof(ScheduledSendChange))]
[JsonSerializable(typeof(SuppressedRecipients))]
[JsonSerializable(typeof(SuppressedRecipient))]
[JsonSerializable(typeof(GrantedScopes))]
internal sealed partial class ProviderJson : JsonSerializerContext;
