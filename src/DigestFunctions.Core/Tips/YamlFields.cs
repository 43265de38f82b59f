using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DigestFunctions.Core.Tips;

/// <summary>The plain fields of a YAML mapping, each with the line that it stands on.</summary>
internal sealed class YamlFields
{
    private readonly Dictionary<string, Field> fields = [];
    private readonly Action<int, string> report;
    private readonly int linesBefore;
    private readonly int firstLine;

    private YamlFields(YamlMappingNode mapping, int linesBefore, Action<int, string> report)
    {
        this.report = report;
        this.linesBefore = linesBefore;
        firstLine = (int)mapping.Start.Line + linesBefore;
        foreach (var (key, value) in mapping.Children)
            fields[(key as YamlScalarNode)?.Value ?? ""] = new Field(value, (int)key.Start.Line + linesBefore);
    }

    public static YamlFields? Read(string yaml, int linesBefore, Action<int, string> report)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is [{ RootNode: YamlMappingNode mapping }])
                return new YamlFields(mapping, linesBefore, report);
            report(linesBefore + 1, "has no YAML fields");
        }
        catch (YamlException exception)
        {
            report(linesBefore + (int)exception.Start.Line, $"is not YAML: {exception.Message}");
        }

        return null;
    }

    /// <summary>The fields of a Markdown file, between two lines <c>---</c>, and the index of the first line after them; null after saying what is wrong.</summary>
    public static (YamlFields Fields, int After)? ReadFrontMatter(string[] lines, Action<int, string> report)
    {
        var end = lines is ["---", ..] ? Array.IndexOf(lines, "---", 1) : -1;
        if (end < 0)
        {
            report(1, "should begin with front matter between two lines ---");
            return null;
        }

        return Read(string.Join('\n', lines[1..end]), linesBefore: 1, report) is { } fields ? (fields, end + 1) : null;
    }

    public IEnumerable<string> Names => fields.Keys;

    public int Line(string name) => fields.TryGetValue(name, out var field) ? field.Line : firstLine;

    /// <summary>The fields under a name, for a mapping of mappings.</summary>
    public YamlFields? Under(string name)
    {
        if (!fields.TryGetValue(name, out var field))
            report(firstLine, $"'{name}' is missing");
        else if (field.Value is YamlMappingNode mapping)
            return new YamlFields(mapping, linesBefore, report);
        else
            report(field.Line, $"'{name}' should hold fields");
        return null;
    }

    public string? Optional(string name)
    {
        if (!fields.TryGetValue(name, out var field))
            return null;
        if (field.Value is YamlScalarNode { Value: { } text } && !string.IsNullOrWhiteSpace(text))
            return text.Trim();
        report(field.Line, $"'{name}' is empty");
        return null;
    }

    public string? Required(string name)
    {
        if (!fields.ContainsKey(name))
            report(firstLine, $"'{name}' is missing");
        return Optional(name);
    }

    public T? Required<T>(string name) where T : struct, Enum
    {
        if (Required(name) is not { } text)
            return null;
        if (EnumKeys.TryParse(text, out T found))
            return found;
        report(Line(name), $"'{name}' is '{text}', which is none of {string.Join(", ", EnumKeys.Of<T>())}");
        return null;
    }

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var name in fields.Keys)
        {
            if (!names.Contains(name))
                report(Line(name), $"'{name}' is not a known key");
        }
    }

    private sealed record Field(YamlNode Value, int Line);
}
