using System.Collections.Frozen;
using System.Text.Json;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>What an event says about its recipient, and the provider's words for it as they can be kept.</summary>
internal static class EventWords
{
    /// <summary>Null where it says nothing about her.</summary>
    public static ProviderEvent? Read(Utf8JsonReader one, EventKind kind, Instant at)
    {
        if (kind is EventKind.Processed or EventKind.Delivered or EventKind.Deferred)
            return null;

        string status = "", reason = "", address = "";
        while (one.Read() && one.TokenType == JsonTokenType.PropertyName)
        {
            if (one.ValueTextEquals("status"u8))
                status = ReadText(ref one);
            else if (one.ValueTextEquals("reason"u8))
                reason = ReadText(ref one);
            else if (one.ValueTextEquals("email"u8))
                address = ReadText(ref one);
            else
                one.Read();
            one.Skip();
        }

        var suppresses = SuppressionOf(kind, reason);
        return suppresses is null && kind != EventKind.SoftBounced
            ? null
            : new ProviderEvent(kind, at, suppresses, WithoutAddress($"{kind}: {status} {reason}", address, $"{kind}: {(IsCode(status) ? status : "")}"));
    }

    // https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event: what is dropped for these reasons
    // stands on one of the provider's lists. Other reasons (its content, our package) are none of hers.
    private static SuppressionReason? SuppressionOf(EventKind kind, string reason) => kind switch
    {
        EventKind.Bounced => SuppressionReason.Bounced,
        EventKind.Complained => SuppressionReason.Complained,
        EventKind.Unsubscribed => SuppressionReason.Unsubscribed,
        EventKind.Dropped => reason switch
        {
            "Bounced Address" => SuppressionReason.Bounced,
            "Spam Reporting Address" => SuppressionReason.Complained,
            "Unsubscribed Address" => SuppressionReason.Unsubscribed,
            "Invalid" => SuppressionReason.Refused,
            _ => null,
        },
        _ => null,
    };

    // Of one recipient we can be strict: where her bare name is left anywhere, even within a word, all of it goes.
    private static string WithoutAddress(string words, string address, string code)
    {
        var name = address.Split('@', '+')[0];
        var said = ProviderWords.WithoutAddresses(words, FrozenSet<string>.Empty);
        return name.Length > 0 && said.Contains(name, StringComparison.OrdinalIgnoreCase) ? code : said;
    }

    // Such as 5.1.1 (RFC 3463).
    private static bool IsCode(string status) => status.Length <= 16 && status.All(sign => char.IsAsciiDigit(sign) || sign == '.');

    private static string ReadText(ref Utf8JsonReader one) =>
        one.Read() && one.TokenType == JsonTokenType.String ? one.GetString()! : "";
}
