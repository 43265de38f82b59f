using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Email;

/// <summary>
/// Writes the body of <c>POST /v3/mail/send</c>. By hand: the SDK's serialiser costs more than all the rest
/// of sending. Open, click and subscription tracking are off: nobody agreed to them.
/// </summary>
internal sealed class MailBodyWriter(MailOptions mail, PublicAddress address, Texts texts)
{
    // Nobody puts this JSON into a page: what JSON asks for is escaped, and neither markup nor Korean is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonEncodedText To = Encoded("to");
    private static readonly JsonEncodedText Email = Encoded("email");
    private static readonly JsonEncodedText Name = Encoded("name");
    private static readonly JsonEncodedText Substitutions = Encoded("substitutions");
    private static readonly JsonEncodedText GreetingHtml = Encoded(SubstitutionTags.GreetingHtml);
    private static readonly JsonEncodedText GreetingText = Encoded(SubstitutionTags.GreetingText);
    private static readonly JsonEncodedText Streak = Encoded(SubstitutionTags.Streak);
    private static readonly JsonEncodedText Token = Encoded(SubstitutionTags.Token);
    private static readonly JsonEncodedText CustomArgs = Encoded("custom_args");
    private static readonly JsonEncodedText Key = Encoded("key");
    private static readonly JsonEncodedText Reference = Encoded("ref");
    private static readonly JsonEncodedText Headers = Encoded("headers");
    private static readonly JsonEncodedText Unsubscribe = Encoded("List-Unsubscribe");
    private static readonly JsonEncodedText UnsubscribePost = Encoded("List-Unsubscribe-Post");
    private static readonly JsonEncodedText OneClick = Encoded("List-Unsubscribe=One-Click");

    private readonly string unsubscribe = $"<{address.Unsubscribe("")}";

    private readonly FrozenDictionary<Language, Words> words =
        texts.Languages.ToFrozenDictionary(language => language, language => new Words(new Greeting(texts, language), new Streaks(texts, language)));

    /// <summary>The body, in a buffer that the caller disposes of.</summary>
    public RentedBody Write(OutgoingMail outgoing)
    {
        var content = outgoing.Content;
        var body = new RentedBody(4096 + ((content.Text.Length + content.Html.Length) * 5 / 4) + (outgoing.Recipients.Count * 768));
        using var json = new Utf8JsonWriter(body, Options);
        json.WriteStartObject();
        WriteShared(json, outgoing);
        json.WriteStartArray("personalizations");
        var line = new ArrayBufferWriter<char>(512);
        foreach (var recipient in outgoing.Recipients)
            WriteRecipient(json, recipient, outgoing.FromList, line);
        json.WriteEndArray();
        json.WriteEndObject();
        return body;
    }

    private void WriteShared(Utf8JsonWriter json, OutgoingMail outgoing)
    {
        WriteAddress(json, "from", mail.FromAddress, mail.FromName);
        if (mail.ReplyTo.Length > 0)
            WriteAddress(json, "reply_to", mail.ReplyTo, name: null);
        json.WriteString("subject", outgoing.Content.Subject);
        json.WriteStartArray("content");
        WriteContent(json, "text/plain", outgoing.Content.Text);
        WriteContent(json, "text/html", outgoing.Content.Html);
        json.WriteEndArray();
        json.WriteStartArray("categories");
        json.WriteStringValue(outgoing.Category);
        json.WriteEndArray();

        json.WriteStartObject(Headers);
        // RFC 3834, section 5: keeps away the answers of those on holiday.
        json.WriteString("Auto-Submitted", "auto-generated");
        if (outgoing.FromList)
            json.WriteString("List-Id", $"<{mail.ListId}>");
        json.WriteEndObject();

        if (outgoing.BatchId is not null)
            json.WriteString("batch_id", outgoing.BatchId);
        if (outgoing.SendAt is { } sendAt)
            json.WriteNumber("send_at", sendAt.ToUnixTimeSeconds());
        json.WritePropertyName("tracking_settings");
        json.WriteRawValue(
            """{"click_tracking":{"enable":false,"enable_text":false},"open_tracking":{"enable":false},"subscription_tracking":{"enable":false}}"""u8,
            skipInputValidation: true);
    }

    private void WriteRecipient(Utf8JsonWriter json, Recipient recipient, bool fromList, ArrayBufferWriter<char> line)
    {
        var name = recipient.Name.ToString();
        json.WriteStartObject();

        json.WriteStartArray(To);
        json.WriteStartObject();
        json.WriteString(Email, recipient.Address.ToString());
        if (name.Length > 0)
            json.WriteString(Name, name);
        json.WriteEndObject();
        json.WriteEndArray();

        // Substitutions don't reach headers, so that List-Unsubscribe (RFC 8058) is written out for each.
        if (fromList)
        {
            line.ResetWrittenCount();
            line.Write(unsubscribe);
            line.Write(recipient.Token);
            line.Write(">");
            json.WriteStartObject(Headers);
            json.WriteString(Unsubscribe, line.WrittenSpan);
            json.WriteString(UnsubscribePost, OneClick);
            json.WriteEndObject();
        }

        json.WriteStartObject(Substitutions);
        var language = words[recipient.Language];
        WriteGreeting(json, language, name, line);
        if (recipient.Practised is { } weeks)
            json.WriteString(Streak, language.Streaks[weeks]);
        json.WriteString(Token, recipient.Token);
        json.WriteEndObject();

        json.WriteStartObject(CustomArgs);
        json.WriteString(Key, recipient.Key);
        json.WriteString(Reference, recipient.Reference);
        json.WriteEndObject();

        json.WriteEndObject();
    }

    private static void WriteGreeting(Utf8JsonWriter json, Words words, string name, ArrayBufferWriter<char> line)
    {
        if (name.Length == 0)
        {
            json.WriteString(GreetingHtml, words.NamelessHtml);
            json.WriteString(GreetingText, words.Nameless);
            return;
        }

        line.ResetWrittenCount();
        words.Greeting.WriteHtml(name, line);
        json.WriteString(GreetingHtml, line.WrittenSpan);
        line.ResetWrittenCount();
        words.Greeting.WriteText(name, line);
        json.WriteString(GreetingText, line.WrittenSpan);
    }

    private static void WriteAddress(Utf8JsonWriter json, string property, string email, string? name)
    {
        json.WriteStartObject(property);
        json.WriteString(Email, email);
        if (name is not null)
            json.WriteString(Name, name);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string type, string value)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static JsonEncodedText Encoded(string text) => JsonEncodedText.Encode(text, Options.Encoder);

    /// <summary>What a language says to many alike, encoded once.</summary>
    private sealed record Words(Greeting Greeting, Streaks Streaks)
    {
        public JsonEncodedText Nameless { get; } = Encoded(Greeting.Nameless);

        public JsonEncodedText NamelessHtml { get; } = Encoded(Greeting.NamelessHtml);
    }

    private sealed class Streaks(Texts texts, Language language)
    {
        private readonly JsonEncodedText[] sentences =
            [.. Enumerable.Range(0, CheckIns.StreakWeeks + 1).Select(weeks => Encoded(texts[language, $"mail.streak.{weeks}"]))];

        public JsonEncodedText this[int weeks] => sentences[weeks];
    }
}
