using System.Globalization;
using System.Text.Json;

namespace SendGridEmulator.Mail;

/// <summary>One message as its recipient sees it, substitutions done.</summary>
internal sealed record Message(
    string Id,
    string To,
    string? Name,
    Mailbox From,
    Mailbox? ReplyTo,
    string Subject,
    IReadOnlyDictionary<string, string> Headers,
    string? Html,
    string? Text,
    DateTimeOffset? SendAt,
    IReadOnlyDictionary<string, string> CustomArgs,
    string? BatchId,
    string State,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? DeliveredAt);

internal readonly record struct MessageRef(StoredRequest Request, int Recipient)
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Request.Taken.Id}-{Recipient}");

    public Message Read()
    {
        var shared = Request.Shared;
        var part = Request.PartOf(Recipient);
        using var document = JsonDocument.Parse(Request.Body.AsMemory(part.Start, part.Length));
        var personalization = document.RootElement;
        var recipient = RecipientOf(personalization);
        var substitutions = Texts.Pairs(personalization, "substitutions");
        var settledAt = Request.SettledAt[Recipient];

        return new Message(
            Id,
            recipient.Email,
            recipient.Name,
            personalization.TryGetProperty("from", out var from) ? Mailbox.Read(from) : shared.From,
            shared.ReplyTo is { } reply ? new Mailbox(Substitute(reply.Email, substitutions)!, Substitute(reply.Name, substitutions)) : null,
            Substitute(Texts.Of(personalization, "subject") ?? shared.Subject, substitutions) ?? "",
            Merge(shared.Headers, Texts.Pairs(personalization, "headers"), StringComparer.OrdinalIgnoreCase),
            Substitute(shared.Html, substitutions),
            Substitute(shared.Text, substitutions),
            Request.SendAtOf(Recipient),
            CustomArgsOf(personalization),
            Request.BatchId,
            Request.States[Recipient].ToString().ToLowerInvariant(),
            Request.Taken.At,
            settledAt == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(settledAt));
    }

    public Mailbox RecipientOf(JsonElement personalization)
    {
        var recipient = Request.Recipients[Recipient];
        var list = personalization.GetProperty(recipient.Kind switch
        {
            Reading.RecipientKind.To => "to",
            Reading.RecipientKind.Cc => "cc",
            _ => "bcc",
        });
        return Mailbox.Read(list[recipient.Index]);
    }

    public Dictionary<string, string> CustomArgsOf(JsonElement personalization) =>
        Merge(Request.Shared.CustomArgs, Texts.Pairs(personalization, "custom_args"), StringComparer.Ordinal);

    /// <summary>A personalization's pairs override the request's.</summary>
    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> shared, Dictionary<string, string> own, StringComparer comparer)
    {
        var merged = new Dictionary<string, string>(shared, comparer);
        foreach (var (name, value) in own)
            merged[name] = value;
        return merged;
    }

    // Tag after tag, as SendGrid does it: a value that holds a later tag is substituted in its turn.
    private static string? Substitute(string? text, Dictionary<string, string> substitutions)
    {
        if (text is null)
            return null;

        foreach (var (tag, value) in substitutions)
        {
            if (tag.Length > 0)
                text = text.Replace(tag, value, StringComparison.Ordinal);
        }

        return text;
    }
}
