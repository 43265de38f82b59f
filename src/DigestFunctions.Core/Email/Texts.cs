using System.Text.Json;
using DigestFunctions.Core.Subscribers;
using Scriban.Runtime;

namespace DigestFunctions.Core.Email;

/// <summary>
/// All text of pages and mails, by language: <c>content/text/CODE.json</c>, one file a language,
/// sections nested. A text may have places to fill, written <c>{name}</c>.
/// </summary>
internal sealed class Texts
{
    private readonly Dictionary<Language, Dictionary<string, string>> byLanguage = [];
    private readonly Dictionary<Language, ScriptObject> trees = [];

    private Texts(Dictionary<Language, JsonElement> files)
    {
        foreach (var (language, file) in files)
        {
            var flat = byLanguage[language] = new Dictionary<string, string>(StringComparer.Ordinal);
            trees[language] = Tree(file, "", flat);
        }

        Languages = [.. files.Keys.OrderBy(language => language.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>The languages that have a file, by code: English first.</summary>
    public IReadOnlyList<Language> Languages { get; }

    public static Texts Load(ContentFolder content)
    {
        var files = new Dictionary<Language, JsonElement>();
        foreach (var path in Directory.EnumerateFiles(content.At("text"), "*.json"))
        {
            if (!Language.TryParse(Path.GetFileNameWithoutExtension(path), out var language))
                throw new InvalidDataException($"{path} is not named after a language's two-letter code.");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            files.Add(language, document.RootElement.Clone());
        }

        return new Texts(files);
    }

    public bool Has(Language language) => byLanguage.ContainsKey(language);

    /// <summary>A text by its dotted key.</summary>
    /// <exception cref="KeyNotFoundException">The language lacks the key: a fault of the content, which a test finds.</exception>
    public string this[Language language, string key] =>
        byLanguage[language].TryGetValue(key, out var text)
            ? text
            : throw new KeyNotFoundException($"content/text/{language}.json lacks '{key}'.");

    /// <summary>A text that a language need not have.</summary>
    public string? Find(Language language, string key) => byLanguage[language].GetValueOrDefault(key);

    /// <summary>A text with its places filled.</summary>
    public string Fill(Language language, string key, params ReadOnlySpan<(string Name, string Value)> places)
    {
        var text = this[language, key];
        foreach (var (name, value) in places)
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Several things in a sentence, as the language puts them together: two, the last of more, and those before.</summary>
    public string List(Language language, string[] items)
    {
        return items switch
        {
            [] => "",
            [var only] => only,
            [var first, var second] => Join("two", first, second),
            [.. var before, var last] => Join("last", before.Aggregate((first, next) => Join("more", first, next)), last),
        };

        string Join(string key, string first, string next) => Fill(language, $"page.list.{key}", ("first", first), ("next", next));
    }

    public IReadOnlyCollection<string> Keys(Language language) => byLanguage[language].Keys;

    /// <summary>The language's texts as templates see them: <c>text.section.key</c>.</summary>
    internal ScriptObject For(Language language) => trees[language];

    // As templates see them, and by dotted key as well.
    private static ScriptObject Tree(JsonElement section, string prefix, Dictionary<string, string> flat)
    {
        var tree = new ScriptObject();
        foreach (var property in section.EnumerateObject())
        {
            var key = $"{prefix}{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.Object)
                tree.SetValue(property.Name, Tree(property.Value, $"{key}.", flat), readOnly: true);
            else
                tree.SetValue(property.Name, flat[key] = property.Value.GetString()!, readOnly: true);
        }

        return tree;
    }
}
