using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Tips;

/// <summary>
/// Reads <c>content/evidence.yml</c>, for each key its citation and its certainty, and <c>content/findings/LANGUAGE.yml</c>,
/// what each of them found.
/// </summary>
internal static class EvidenceFile
{
    private const string File = "evidence.yml";

    public static Dictionary<Language, Dictionary<string, Evidence>> Read(
        ContentFolder content, IReadOnlyList<Language> languages, List<Problem> problems)
    {
        var studies = Studies(content, problems);
        return languages.ToDictionary(language => language, language => InLanguage(content, $"findings/{language}.yml", studies, problems));
    }

    private static Dictionary<string, (string? Citation, Certainty? Certainty)> Studies(ContentFolder content, List<Problem> problems)
    {
        var studies = new Dictionary<string, (string?, Certainty?)>(StringComparer.Ordinal);
        var all = Fields(content, File, problems);
        foreach (var key in all?.Names ?? [])
        {
            var fields = all!.Under(key);
            fields?.AllowOnly("citation", "certainty");
            studies.Add(key, (fields?.Required("citation"), fields?.Required<Certainty>("certainty")));
        }

        return studies;
    }

    private static Dictionary<string, Evidence> InLanguage(
        ContentFolder content, string file, Dictionary<string, (string? Citation, Certainty? Certainty)> studies, List<Problem> problems)
    {
        var told = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        if (!System.IO.File.Exists(content.At(file)))
        {
            problems.Add(new Problem(file, 1, "is missing"));
            return told;
        }

        var findings = Fields(content, file, problems);
        findings?.AllowOnly([.. studies.Keys]);
        foreach (var (key, (citation, certainty)) in studies)
        {
            if (findings?.Required(key) is { } finding && citation is not null && certainty is not null)
                told.Add(key, new Evidence(key, citation, finding, certainty.Value));
        }

        return told;
    }

    private static YamlFields? Fields(ContentFolder content, string file, List<Problem> problems) =>
        YamlFields.Read(System.IO.File.ReadAllText(content.At(file)), linesBefore: 0, (line, message) => problems.Add(new Problem(file, line, message)));
}
