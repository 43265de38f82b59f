using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Tips;

/// <summary>Reads <c>content/evidence.yml</c>: for each key its citation, its certainty and, in every language, its finding.</summary>
internal static class EvidenceFile
{
    private const string File = "evidence.yml";

    public static Dictionary<Language, Dictionary<string, Evidence>> Read(
        ContentFolder content, IReadOnlyList<Language> languages, List<Problem> problems)
    {
        var entries = languages.ToDictionary(language => language, _ => new Dictionary<string, Evidence>(StringComparer.Ordinal));
        var all = YamlFields.Read(System.IO.File.ReadAllText(content.At(File)), linesBefore: 0, (line, message) => problems.Add(new Problem(File, line, message)));
        foreach (var key in all?.Names ?? [])
        {
            if (all!.Under(key) is not { } fields)
                continue;
            fields.AllowOnly("citation", "finding", "certainty");
            var citation = fields.Required("citation");
            var certainty = fields.Required<Certainty>("certainty");
            var findings = fields.Under("finding");
            findings?.AllowOnly([.. languages.Select(language => language.ToString())]);
            foreach (var language in languages)
            {
                if (findings?.Required(language.ToString()) is { } finding && citation is not null && certainty is not null)
                    entries[language].Add(key, new Evidence(key, citation, finding, certainty.Value));
            }
        }

        return entries;
    }
}
