using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>The bodies that the bare loop posts: field for field those of the service.</summary>
internal sealed class BareBody(IServiceProvider services)
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Texts texts = services.GetRequiredService<Texts>();
    private readonly LinkTokens tokens = services.GetRequiredService<LinkTokens>();
    private readonly PublicAddress address = services.GetRequiredService<PublicAddress>();
    private readonly MailOptions mail = services.GetRequiredService<MailOptions>();
    private readonly Dictionary<Variant, RenderedMail> rendered = [];

    private readonly Dictionary<Language, (string Html, string Text)> nameless = services.GetRequiredService<Texts>().Languages.ToDictionary(
        language => language,
        language => services.GetRequiredService<Texts>()[language, "mail.greeting_nameless"] is var text ? (HtmlEncoder.Default.Encode(text), text) : default);

    // Nobody of the crowd has checked in.
    private readonly Dictionary<Language, string> streaks = services.GetRequiredService<Texts>().Languages.ToDictionary(
        language => language, language => services.GetRequiredService<Texts>()[language, "mail.streak.0"]);

    public static IssueId Issue => IssueId.Of(Crowd.Due.InUtc().Date);

    public PooledBody Write(Variant variant, List<BareEntry> entries)
    {
        var body = new PooledBody();
        using var json = new Utf8JsonWriter(body, Unchecked);
        json.WriteStartObject();
        WriteShared(json, Rendered(variant));
        json.WriteStartArray("personalizations"u8);
        for (var index = 0; index < entries.Count; index++)
            WriteOne(json, variant.Language, entries[index], index);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private RenderedMail Rendered(Variant variant)
    {
        lock (rendered)
        {
            return rendered.TryGetValue(variant, out var known)
                ? known
                : rendered[variant] = services.GetRequiredService<MailRenderer>().Digest(variant.Language, variant.Tip, Issue);
        }
    }

    private void WriteShared(Utf8JsonWriter json, RenderedMail content)
    {
        WriteAddress(json, "from", mail.FromAddress, mail.FromName);
        WriteAddress(json, "reply_to", mail.ReplyTo, null);
        json.WriteString("subject"u8, content.Subject);
        json.WriteStartArray("content"u8);
        foreach (var (type, value) in (ReadOnlySpan<(string, string)>)[("text/plain", content.Text), ("text/html", content.Html)])
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("value"u8, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("categories"u8);
        json.WriteRawValue("""["digest"]""");
        json.WritePropertyName("headers"u8);
        json.WriteRawValue($$"""{"Auto-Submitted":"auto-generated","List-Id":"<{{mail.ListId}}>"}""");
        json.WritePropertyName("tracking_settings"u8);
        json.WriteRawValue("""{"click_tracking":{"enable":false,"enable_text":false},"open_tracking":{"enable":false},"subscription_tracking":{"enable":false}}""");
        json.WriteNumber("send_at"u8, Crowd.Due.ToUnixTimeSeconds());
    }

    private void WriteOne(Utf8JsonWriter json, Language language, in BareEntry entry, int index)
    {
        var token = tokens.Write(new LinkToken(LinkPurpose.Mail, entry.Id, entry.Generation));
        json.WriteStartObject();
        json.WriteStartArray("to"u8);
        json.WriteStartObject();
        json.WriteString("email"u8, entry.Email);
        if (entry.Name is not null)
            json.WriteString("name"u8, entry.Name);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("headers"u8);
        json.WriteString("List-Unsubscribe"u8, $"<{address.Unsubscribe(token)}>");
        json.WriteString("List-Unsubscribe-Post"u8, "List-Unsubscribe=One-Click"u8);
        json.WriteEndObject();
        json.WriteStartObject("substitutions"u8);
        var (html, text) = GreetingOf(language, entry.Name);
        json.WriteString(SubstitutionTags.GreetingHtml, html);
        json.WriteString(SubstitutionTags.GreetingText, text);
        json.WriteString(SubstitutionTags.Streak, streaks[language]);
        json.WriteString(SubstitutionTags.Token, token);
        json.WriteEndObject();
        json.WriteStartObject("custom_args"u8);
        json.WriteString("key"u8, $"digest:{Issue}");
        json.WriteString("ref"u8, string.Create(CultureInfo.InvariantCulture, $"bare/{index}"));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private (string Html, string Text) GreetingOf(Language language, string? name)
    {
        if (name is null)
            return nameless[language];
        var greeting = texts.Fill(language, "mail.greeting", ("name", name));
        return (HtmlEncoder.Default.Encode(greeting), greeting);
    }

    private static void WriteAddress(Utf8JsonWriter json, string field, string email, string? name)
    {
        json.WriteStartObject(field);
        json.WriteString("email"u8, email);
        if (name is not null)
            json.WriteString("name"u8, name);
        json.WriteEndObject();
    }
}
