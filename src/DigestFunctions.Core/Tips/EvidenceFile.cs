using DigestFunctions.Core.Email;

namespace DigestFunctions.Core.Tips;

/// <summary>Reads <c>content/evidence.yml</c>: for each key its citation, finding and certainty.</summary>
internal static class EvidenceFile
{
    private const string File = "evidence.yml";

    public static Dictionary<string, Evidence> Read(ContentFolder content, List<Problem> problems)
    {
        var entries = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        var all = YamlFields.Read(System.IO.File.ReadAllText(content.At(File)), linesBefore: 0, (line, message) => problems.Add(new Problem(File, line, message)));
        foreach (var key in all?.Names ?? [])
        {
            if (all!.Under(key) is not { } fields)
                continue;
            fields.AllowOnly("citation", "finding", "certainty");
            var citation = fields.Required("citation");
            var finding = fields.Required("finding");
            var certainty = fields.Required<Certainty>("certainty");
            if (citation is not null && finding is not null && certainty is not null)
                entries.Add(key, new Evidence(key, citation, finding, certainty.Value));
        }

        return entries;
    }
}
