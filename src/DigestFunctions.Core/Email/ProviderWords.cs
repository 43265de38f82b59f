using System.Text;

namespace DigestFunctions.Core.Email;

/// <summary>The provider's words as they can be kept: it, and the mail servers that it quotes, like to repeat whom they refuse.</summary>
internal static class ProviderWords
{
    public const int MaxLength = 200;

    /// <summary>Without the words that hold an address, or are a name by themselves.</summary>
    /// <param name="text">What was said.</param>
    /// <param name="names">What stands before the @ of those whom it may be about, and what they are called.</param>
    public static string WithoutAddresses(string text, IReadOnlySet<string> names)
    {
        var kept = new StringBuilder(MaxLength);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (IsAddress(word) || word.Any(char.IsControl) || Parts(word).Any(names.Contains))
                continue;
            if (kept.Length + word.Length >= MaxLength)
                break;
            kept.Append(kept.Length > 0 ? " " : "").Append(word);
        }

        return kept.ToString();
    }

    /// <summary>The names of recipients, to be looked for in what is said of a call that was made for them.</summary>
    public static IReadOnlySet<string> NamesOf(IEnumerable<Recipient> recipients) => recipients
        .SelectMany(to => BeforeAt(to.Address.ToString()).Concat(to.Name.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        // A single letter names nobody, and is a word of its own.
        .Where(name => name.Length > 1)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> BeforeAt(string address)
    {
        var name = address.Split('@')[0];
        return [name, name.Split('+')[0]];
    }

    private static bool IsAddress(string word) =>
        word.Contains('@', StringComparison.Ordinal) || word.Contains("%40", StringComparison.Ordinal);

    // As it stands; in quotes or before a full stop; and each part of such as user=mina;id=3.
    private static IEnumerable<string> Parts(string word)
    {
        yield return word;
        yield return word.Trim('\'', '"', '`', '.', ',', ':', ';', '!', '?', '(', ')', '<', '>', '[', ']');
        var start = 0;
        for (var end = 0; end <= word.Length; end++)
        {
            if (end < word.Length && (char.IsLetterOrDigit(word[end]) || word[end] is '.' or '_' or '-' or '+'))
                continue;
            yield return word[start..end].Trim('.');
            start = end + 1;
        }
    }
}
