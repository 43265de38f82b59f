using System.Text.Json;
using SendGridEmulator.Api;

namespace SendGridEmulator.Reading;

/// <summary>
/// Reads the body of <c>POST /v3/mail/send</c> in one pass, without making strings of it: finds where each
/// personalization stands, and collects every error that SendGrid would answer with, in its words where they
/// are published or were seen.
/// </summary>
internal ref partial struct MailReader
{
    public const int MaxPersonalizations = 1000;
    private const int MaxAheadHours = 72;

    private readonly ReadOnlySpan<byte> body;
    private readonly MailRequest mail = new();
    private readonly HashSet<ulong> inBlock = [];
    private readonly HashSet<ulong> inRequest = [];
    private readonly HashSet<ulong> headerNames = [];
    private readonly long latestSendAt;
    private readonly Func<string, bool> knowsBatch;
    private Utf8JsonReader json;
    private byte[] scratch = [];
    private JsonTokenType given;

    // What was seen so far.
    private int personalizations;
    private int withoutSubject;
    private int contents;
    private int repliesTo;
    private int largestArgs;
    private bool hasSender;
    private bool hasSubject;
    private bool hasContent;
    private bool hasOtherContent;
    private bool substitutes;
    private string? template;
    private Args sharedArgs;
    private int addressStart;
    private int addressLength;

    private MailReader(ReadOnlySpan<byte> body, DateTimeOffset now, Func<string, bool> knowsBatch)
    {
        this.body = body;
        json = new Utf8JsonReader(body);
        latestSendAt = now.AddHours(MaxAheadHours).ToUnixTimeSeconds();
        this.knowsBatch = knowsBatch;
    }

    /// <exception cref="JsonException">The body isn't a JSON object.</exception>
    public static MailRequest Read(ReadOnlySpan<byte> body, DateTimeOffset now, Func<string, bool> knowsBatch)
    {
        var reader = new MailReader(body, now, knowsBatch);
        reader.ReadRoot();
        reader.CheckWhole();
        return reader.mail;
    }

    private void ReadRoot()
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The body isn't an object.");

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("personalizations"u8))
                ReadPersonalizations();
            else if (!ReadAddressProperty() && !ReadTextProperty() && !ReadSettingsProperty())
                RefuseUnknown(null);
        }

        // Anything after the object's end is not JSON, and Read says so.
        json.Read();
    }

    /// <summary>Steps to the value and says whether it is of this type; a value that isn't is skipped.</summary>
    private bool Next(JsonTokenType type)
    {
        json.Read();
        if (json.TokenType == type)
            return true;

        given = json.TokenType;
        json.Skip();
        return false;
    }

    /// <summary>Whether the current name or text is this one.</summary>
    private readonly bool Is(ReadOnlySpan<byte> text) =>
        json.ValueIsEscaped ? json.ValueTextEquals(text) : json.ValueSpan.SequenceEqual(text);

    private void RefuseType(string expected, string field, string help) =>
        Add($"Invalid type. Expected: {expected}, given: {NameOf(given)}.", field, help);

    private void RefuseUnknown(string? parent)
    {
        var name = json.GetString();
        Add($"Additional property {name} is not allowed", parent is null ? name : $"{parent}.{name}", null);
        json.Read();
        json.Skip();
    }

    private readonly void Add(string message, string? field, string? anchor) =>
        mail.Errors.Add(new ApiError(message, field, anchor is null ? null : HelpPage + anchor));

    private const string HelpPage = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#";

    /// <summary>The current string without its escapes; good until the next call.</summary>
    private ReadOnlySpan<byte> Text()
    {
        if (!json.ValueIsEscaped)
            return json.ValueSpan;

        if (scratch.Length < json.ValueSpan.Length)
            scratch = new byte[json.ValueSpan.Length];
        return scratch.AsSpan(0, json.CopyString(scratch));
    }

    private static string NameOf(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "integer",
        JsonTokenType.True or JsonTokenType.False => "boolean",
        _ => "null",
    };
}
