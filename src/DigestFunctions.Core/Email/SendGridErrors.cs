using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DigestFunctions.Core.Email;

/// <summary>
/// What the provider says is wrong: each error's field, such as <c>personalizations.3.to.0.email</c>, and its
/// words. Words that name somebody are read and not passed on.
/// </summary>
internal sealed partial class SendGridErrors
{
    // More say nothing more: 1,000 recipients can all have the same error.
    private const int Said = 5;

    private readonly IReadOnlyList<(string Field, string Words)> errors;

    private readonly int recipients;
    private readonly IReadOnlySet<string> names;

    private SendGridErrors(IReadOnlyList<(string Field, string Words)> errors, IReadOnlyCollection<Recipient> to)
    {
        (this.errors, recipients) = (errors, to.Count);
        names = ProviderWords.NamesOf(errors.Count > 0 ? to : []);
    }

    /// <param name="body">Of an answer; where that isn't the provider's JSON, there are no errors in it.</param>
    /// <param name="to">Whom the call was for.</param>
    public static SendGridErrors Read(string body, IReadOnlyCollection<Recipient> to)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new(document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                ? [.. errors.EnumerateArray().Select(error => (Text(error, "field"), Text(error, "message")))]
                : [],
                to);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new([], to);
        }
    }

    /// <summary>What a 400 of <c>mail/send</c> means: about some recipients, about one or another, or about us.</summary>
    /// <param name="why">What was answered, to begin the reason with.</param>
    public SendOutcome BadRequest(string why)
    {
        var reason = Reason(why);
        if (errors.All(error => error.Field.Length == 0))
            return new SendOutcome.RefusedUnnamed(reason, errors.Count > 0 && errors.All(error => IsAboutRecipient(error.Words)));

        var bad = errors.Select(error => new BadRecipient(IndexOf(error.Field), Sayable(error.Words))).DistinctBy(each => each.Index).ToList();
        return bad.TrueForAll(each => each.Index >= 0 && each.Index < recipients)
            ? new SendOutcome.BadRecipients(bad, reason)
            : new SendOutcome.Refused(400, reason);
    }

    /// <summary>The status with fields and words, without addresses and names.</summary>
    public string Reason(string why) => errors.Count == 0
        ? why
        : $"{why} ({string.Join("; ", errors.Take(Said).Select(error => error.Field.Length == 0 ? Sayable(error.Words) : $"{Sayable(error.Field)}: {Sayable(error.Words)}"))})";

    private static string Text(JsonElement error, string property) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(property, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "";

    private static int IndexOf(string field) =>
        int.TryParse(Recipient().Match(field).Groups["index"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    private string Sayable(string words)
    {
        var said = ProviderWords.WithoutAddresses(words, names);
        return said.Length == 0 && words.Length > 0 ? "(left out, since it names somebody)" : said;
    }

    // Rather not hers than wrongly hers: nobody is suppressed for a fault of ours.
    private static bool IsAboutRecipient(string words) => Hers().IsMatch(words) && !Ours().IsMatch(words);

    [GeneratedRegex(@"^personalizations\.(?<index>\d{1,6})\.to(\.|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"\b(address(es)?|recipients?|invalid e-?mail)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hers();

    [GeneratedRegex(@"\b(from|sender|reply|ip|postal|identity|limit(ed)?|unique|duplicate|more than)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ours();
}
