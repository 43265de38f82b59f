using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace SendGridEmulator.Reading;

internal ref partial struct MailReader
{
    /// <summary>The custom arguments of a personalization, as far as anyone asks.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Args(int Bytes, ulong KeyHash, int KeyStart, int KeyLength);

    // Header names are compared as addresses are: without case.
    private static readonly HashSet<ulong> ReservedHeaders =
    [
        .. new[]
        {
            "x-sg-id", "x-sg-eid", "received", "dkim-signature", "Content-Type", "Content-Transfer-Encoding",
            "To", "From", "Subject", "Reply-To", "CC", "BCC",
        }.Select(TextHash.OfAddress),
    ];

    private bool ReadSubject(int? p)
    {
        var isText = Next(JsonTokenType.String);
        if (isText && json.ValueSpan.Length > 0)
            return true;

        var at = p is { } index ? $"personalizations.{index}.subject" : "subject";
        var help = p is null ? "message.subject" : "message.personalizations.subject";
        if (isText)
            Add("The subject of your email must be a string at least one character in length.", at, help);
        else
            RefuseType("string", at, help);
        return true;
    }

    private long? ReadSendAt(int? p)
    {
        var at = p is { } index ? $"personalizations.{index}.send_at" : "send_at";
        var help = p is null ? "message.send_at" : "message.personalizations.send_at";
        json.Read();
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var sendAt))
        {
            json.Skip();
            Add("The send_at parameter is expecting a Unix timestamp as an integer. We will send immediately if you include a send_at timestamp that is in the past.", at, help);
            return null;
        }

        if (sendAt > latestSendAt)
            Add($"Scheduling more than {MaxAheadHours} hours in advance is forbidden.", at, help);
        return sendAt;
    }

    private void ReadHeaders(int? p)
    {
        if (!Next(JsonTokenType.StartObject))
        {
            RefuseType("object", HeadersOf(p), HeadersHelp(p));
            return;
        }

        headerNames.Clear();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text();
            var hash = TextHash.OfAddress(name);
            if (!headerNames.Add(hash))
                Add("The headers cannot contain duplicate keys.", HeadersOf(p), HeadersHelp(p));
            if (name.IsEmpty || name.Contains((byte)' ') || !Ascii.IsValid(name))
                Add("Header keys cannot contain non-ASCII characters or empty spaces.", HeadersOf(p), HeadersHelp(p));
            if (ReservedHeaders.Contains(hash))
                Add("Header cannot be one of the reserved keys.", $"{HeadersOf(p)}.{json.GetString()}", HeadersHelp(p));
            if (!Next(JsonTokenType.String))
                Add("All values of the headers object must be strings.", HeadersOf(p), HeadersHelp(p));
        }
    }

    private static string HeadersOf(int? p) => p is { } index ? $"personalizations.{index}.headers" : "headers";

    private static string HeadersHelp(int? p) => p is null ? "message.headers" : "message.personalizations.headers";

    private void ReadSubstitutions(int p)
    {
        const string Help = "message.personalizations.substitutions";
        if (!Next(JsonTokenType.StartObject))
        {
            RefuseType("object", $"personalizations.{p}.substitutions", Help);
            return;
        }

        var bytes = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            substitutes = true;
            bytes += Text().Length;
            if (Next(JsonTokenType.String))
                bytes += Text().Length;
            else
                Add("The substitution values must be an object of key/value pairs, where the values are all strings.", $"personalizations.{p}.substitutions", Help);
        }

        if (bytes > MaxTextBytes)
            Add("The combined size of substitutions may not exceed 10,000 bytes per personalization.", $"personalizations.{p}.substitutions", Help);
    }

    private Args ReadArgs(int? p)
    {
        var args = default(Args);
        if (!Next(JsonTokenType.StartObject))
        {
            RefuseType("object", ArgsOf(p), ArgsHelp(p));
            return args;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = Is("key"u8);
            args = args with { Bytes = args.Bytes + Text().Length };
            if (!Next(JsonTokenType.String))
            {
                Add("All values of custom arguments object must be strings", ArgsOf(p), ArgsHelp(p));
                continue;
            }

            var text = Text();
            args = args with { Bytes = args.Bytes + text.Length };
            if (isKey)
                args = args with { KeyHash = TextHash.Of(text), KeyStart = (int)json.TokenStartIndex + 1, KeyLength = json.ValueSpan.Length };
        }

        return args;
    }

    private static string ArgsOf(int? p) => p is { } index ? $"personalizations.{index}.custom_args" : "custom_args";

    private static string ArgsHelp(int? p) => p is null ? "message.custom_args" : "message.personalizations.custom_args";
}
