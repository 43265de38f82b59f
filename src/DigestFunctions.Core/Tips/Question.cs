using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Markdig;

namespace DigestFunctions.Core.Tips;

/// <summary>A question that readers always ask, and our answer, in one language.</summary>
/// <param name="Slug">Its name in addresses, the same in every language.</param>
/// <param name="Html">The answer, safe.</param>
/// <param name="IsListed">Whether it is one of those that are offered wherever the questions are; the others have a page only.</param>
internal sealed record Question(string Slug, string Title, string Description, string Html, bool IsListed)
{
    public string Path => IsListed ? $"/questions/{Slug}" : $"/{Slug}";
}

/// <summary>The questions in all languages, from <c>content/questions/LANGUAGE/SLUG.md</c>.</summary>
internal sealed class Questions
{
    private readonly Dictionary<Language, List<Question>> questions;

    private Questions(Dictionary<Language, List<Question>> questions)
    {
        this.questions = questions;
        Slugs = [.. questions.Values.SelectMany(all => all).Select(question => question.Slug).Distinct(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Slugs { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Question> this[Language language] => questions[language];

    public IEnumerable<Question> Listed(Language language) => questions[language].Where(question => question.IsListed);

    public Question? Find(string slug, Language language) => questions[language].Find(question => question.Slug == slug);

    /// <exception cref="InvalidDataException">A file is broken, or missing in a language; the message says which, and where.</exception>
    public static Questions Load(ContentFolder content)
    {
        var problems = new List<Problem>();
        var read = new Dictionary<Language, List<Question>>();
        foreach (var folder in Directory.EnumerateDirectories(content.At("questions")).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            if (!Language.TryParse(name, out var language))
                problems.Add(new Problem($"questions/{name}", 1, "is not named after a language's two-letter code"));
            else
                read.Add(language, [.. Read(folder, $"questions/{name}", problems)]);
        }

        var loaded = new Questions(read);
        problems.AddRange(
            from slug in loaded.Slugs
            from language in read.Keys
            where loaded.Find(slug, language) is null
            select new Problem($"questions/{language}/{slug}.md", 1, "is missing"));
        return problems.Count == 0 ? loaded : throw new InvalidDataException($"The questions are broken:\n{string.Join('\n', problems)}");
    }

    private static IEnumerable<Question> Read(string folder, string name, List<Problem> problems)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.md").Order(StringComparer.Ordinal))
        {
            var file = $"{name}/{Path.GetFileName(path)}";
            var lines = File.ReadAllLines(path);
            if (YamlFields.ReadFrontMatter(lines, (line, message) => problems.Add(new Problem(file, line, message))) is not var (fields, after))
                continue;
            fields.AllowOnly("title", "description", "listed");
            if (fields.Required("title") is { } title && fields.Required("description") is { } description)
            {
                yield return new Question(
                    Path.GetFileNameWithoutExtension(path), title, description, Markdown.ToHtml(string.Join('\n', lines[after..]), Prose.Pipeline), fields.Optional("listed") != "false");
            }
        }
    }
}
