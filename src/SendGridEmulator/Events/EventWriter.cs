using System.Globalization;
using System.Text.Json;

namespace SendGridEmulator.Events;

/// <summary>Writes an event as SendGrid does: flat, with the custom arguments beside its own fields.</summary>
internal static class EventWriter
{
    private static readonly HashSet<string> OwnFields = new(StringComparer.Ordinal)
    {
        "email", "timestamp", "event", "category", "sg_event_id", "sg_message_id", "smtp-id", "asm_group_id",
        "reason", "status", "type", "response", "attempt", "ip", "tls", "bounce_classification",
    };

    public static void Write(Utf8JsonWriter json, PendingEvent pending)
    {
        var (request, recipient) = pending.Message;
        var part = request.PartOf(recipient);
        using var document = JsonDocument.Parse(request.Body.AsMemory(part.Start, part.Length));
        var shared = request.Shared;
        var messageId = request.Taken.MessageId;

        json.WriteStartObject();
        json.WriteString("email", pending.Message.RecipientOf(document.RootElement).Email);
        json.WriteNumber("timestamp", pending.Timestamp);
        json.WriteString("smtp-id", $"<{messageId}@emulator>");
        json.WriteString("event", NameOf(pending.Kind));
        if (shared.Categories.Count > 0)
        {
            json.WriteStartArray("category");
            foreach (var category in shared.Categories)
                json.WriteStringValue(category);
            json.WriteEndArray();
        }

        json.WriteString("sg_event_id", string.Create(CultureInfo.InvariantCulture, $"{messageId}-{pending.Number:x}"));
        json.WriteString("sg_message_id", string.Create(CultureInfo.InvariantCulture, $"{messageId}.recvd-emulator-{recipient}"));
        WriteDetails(json, pending.Kind);

        foreach (var (name, value) in pending.Message.CustomArgsOf(document.RootElement))
        {
            if (!OwnFields.Contains(name))
                json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static string NameOf(EventKind kind) => kind switch
    {
        EventKind.Processed => "processed",
        EventKind.Delivered => "delivered",
        EventKind.Deferred => "deferred",
        EventKind.Bounce or EventKind.Blocked => "bounce",
        EventKind.DroppedAsBounced or EventKind.DroppedAsUnsubscribed => "dropped",
        EventKind.SpamReport => "spamreport",
        EventKind.Unsubscribe => "unsubscribe",
        _ => "group_unsubscribe",
    };

    private static void WriteDetails(Utf8JsonWriter json, EventKind kind)
    {
        switch (kind)
        {
            case EventKind.Delivered:
                json.WriteString("response", "250 OK");
                break;
            case EventKind.Deferred:
                json.WriteString("response", "400 try again later");
                json.WriteString("attempt", "1");
                break;
            case EventKind.Bounce:
                json.WriteString("reason", "550 5.1.1 The email account that you tried to reach does not exist.");
                json.WriteString("status", "5.1.1");
                json.WriteString("type", "bounce");
                json.WriteString("bounce_classification", "Invalid Address");
                break;
            case EventKind.Blocked:
                json.WriteString("reason", "554 5.7.1 The message was blocked for its content.");
                json.WriteString("status", "5.7.1");
                json.WriteString("type", "blocked");
                json.WriteString("bounce_classification", "Content");
                break;
            case EventKind.DroppedAsBounced:
                json.WriteString("reason", "Bounced Address");
                json.WriteString("status", "5.0.0");
                break;
            case EventKind.DroppedAsUnsubscribed:
                json.WriteString("reason", "Unsubscribed Address");
                json.WriteString("status", "5.0.0");
                break;
            case EventKind.GroupUnsubscribe:
                json.WriteNumber("asm_group_id", 1);
                break;
        }
    }
}
