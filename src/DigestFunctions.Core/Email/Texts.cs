using System.Collections.Frozen;
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
    private readonly FrozenDictionary<Language, FrozenDictionary<string, string>> byLanguage;
    private readonly FrozenDictionary<Language, ScriptObject> trees;

    private Texts(Dictionary<Language, JsonElement> files)
    {
        byLanguage = files.ToFrozenDictionary(file => file.Key, file => Flatten(file.Value, "").ToFrozenDictionary());
        trees = files.ToFrozenDictionary(file => file.Key, file => Tree(file.Value));
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

    public IReadOnlyCollection<string> Keys(Language language) => byLanguage[language].Keys;

    /// <summary>The language's texts as templates see them: <c>text.section.key</c>.</summary>
    internal ScriptObject For(Language language) => trees[language];

    private static IEnumerable<KeyValuePair<string, string>> Flatten(JsonElement element, string prefix) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(property =>
                Flatten(property.Value, prefix.Length == 0 ? property.Name : $"{prefix}.{property.Name}"))
            : [new(prefix, element.GetString()!)];

    private static ScriptObject Tree(JsonElement element)
    {
        var tree = new ScriptObject();
        foreach (var property in element.EnumerateObject())
        {
            tree.SetValue(
                property.Name,
                property.Value.ValueKind == JsonValueKind.Object ? Tree(property.Value) : property.Value.GetString(),
                readOnly: true);
        }

        return tree;
    }
}
