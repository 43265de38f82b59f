using System.Globalization;
using System.Text.RegularExpressions;

namespace DigestFunctions.Core.Tips;

/// <summary>Reads one tip: front matter, then the four parts in their order. Reports all that is wrong at once.</summary>
internal sealed partial class TipFile(string file, string[] lines, IReadOnlyDictionary<string, Evidence> evidence, List<Problem> problems)
{
    public const int MaxTitle = 60;
    public const int MaxPreheader = 90;
    public const int MinWhyWords = 40;
    public const int MaxWhyWords = 90;
    public const int MinSteps = 3;
    public const int MaxSteps = 5;

    /// <summary>The tip, or null after reporting what is wrong with it.</summary>
    public Tip? Read()
    {
        var before = problems.Count;
        if (YamlFields.ReadFrontMatter(lines, Report) is not var (fields, after))
            return null;
        fields.AllowOnly("id", "area", "energy", "minutes", "title", "preheader", "evidence");
        var id = Id(fields);
        var area = fields.Required<Area>("area");
        var energy = fields.Required<Energy>("energy");
        var minutes = Minutes(fields);
        var title = AtMost(fields, "title", MaxTitle);
        var preheader = AtMost(fields, "preheader", MaxPreheader);
        var source = Source(fields);
        var parts = TipPart.Split(lines, after, Report);
        var why = WhyOf(parts[0]);
        var steps = StepsOf(parts[1]);
        var reflect = ReflectOf(parts[2]);
        var empty = Paragraph(parts[3]);
        return problems.Count > before
            ? null
            : new Tip(id, area!.Value, energy!.Value, minutes, title, preheader, source, why!, steps, reflect!, empty!);
    }

    private void Report(int line, string message) => problems.Add(new Problem(file, line, message));

    private TipId Id(YamlFields fields)
    {
        var id = default(TipId);
        if (fields.Required("id") is not { } text)
            return id;
        if (!TipId.TryParse(text, out id))
            Report(fields.Line("id"), $"'{text}' is not an id in kebab-case");
        else if (text != Path.GetFileNameWithoutExtension(file))
            Report(fields.Line("id"), $"the id '{text}' is not the file's name");
        return id;
    }

    private int Minutes(YamlFields fields)
    {
        var minutes = 0;
        if (fields.Required("minutes") is { } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out minutes) && minutes is >= 1 and <= 240))
        {
            Report(fields.Line("minutes"), $"'{text}' is not a number of minutes between 1 and 240");
        }

        return minutes;
    }

    private string AtMost(YamlFields fields, string name, int length)
    {
        var text = fields.Required(name) ?? "";
        if (text.Length > length)
            Report(fields.Line(name), $"'{name}' has {text.Length} characters, at most {length} fit");
        return text;
    }

    private Evidence? Source(YamlFields fields)
    {
        if (fields.Optional("evidence") is not { } key)
            return null;
        if (!evidence.TryGetValue(key, out var found))
            Report(fields.Line("evidence"), $"content/evidence.yml has no '{key}'");
        return found;
    }

    private Prose? Paragraph(TipPart part) => part.IsMissing ? null : Parse(part.Text, part.Line, $"'{part.Heading}'");

    private Prose? Parse(string markdown, int line, string what)
    {
        if (!Prose.TryParse(markdown, out var prose, out var problem))
            Report(line, $"{what} {problem}");
        return prose;
    }

    private Prose? WhyOf(TipPart part)
    {
        var why = Paragraph(part);
        var words = why?.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (words is < MinWhyWords or > MaxWhyWords)
            Report(part.Line, $"'{TipPart.Why}' has {words} words, {MinWhyWords} to {MaxWhyWords} fit");
        return why;
    }

    private Prose? ReflectOf(TipPart part)
    {
        var reflect = Paragraph(part);
        if (reflect is not null && !reflect.Text.EndsWith('?'))
            Report(part.Line, $"'{TipPart.Reflect}' should be a question");
        return reflect;
    }

    private List<Prose> StepsOf(TipPart part)
    {
        var steps = new List<Prose>();
        if (part.IsMissing)
            return steps;
        var line = part.Line;
        foreach (var text in part.Lines)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            var match = Numbered().Match(text);
            if (!match.Success || match.Groups["number"].Value != (steps.Count + 1).ToString(CultureInfo.InvariantCulture))
                Report(line, $"should be step {steps.Count + 1}, written '{steps.Count + 1}. ' and on one line");
            else if (Parse(match.Groups["step"].Value, line, "the step") is { } step)
                steps.Add(step);
        }

        if (steps.Count is < MinSteps or > MaxSteps)
            Report(part.Line, $"'{TipPart.TryIt}' has {steps.Count} steps, {MinSteps} to {MaxSteps} fit");
        return steps;
    }

    [GeneratedRegex(@"\A(?<number>[1-9])\. (?<step>\S.*)\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Numbered();
}
