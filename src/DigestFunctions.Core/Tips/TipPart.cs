namespace DigestFunctions.Core.Tips;

/// <summary>One of the four parts of a tip's file, below its heading.</summary>
/// <param name="Heading">As it stands in the file of every language; what readers see is in the texts.</param>
/// <param name="Line">The heading's line, from 1.</param>
/// <param name="Lines">What stands below it.</param>
internal sealed record TipPart(string Heading, int Line, string[] Lines)
{
    public const string Why = "Why";
    public const string TryIt = "Try it";
    public const string Reflect = "Reflect";
    public const string RunningOnEmpty = "If you are running on empty";

    private static readonly string[] Headings = [Why, TryIt, Reflect, RunningOnEmpty];

    public bool IsMissing => Lines.Length == 0;

    public string Text => string.Join('\n', Lines).Trim();

    /// <summary>The four parts in their order, those that are missing empty, after reporting what is wrong with the headings.</summary>
    public static TipPart[] Split(string[] lines, int from, Action<int, string> report)
    {
        var (headings, titles) = (new List<int>(), new List<string>());
        for (var index = from; index < lines.Length; index++)
        {
            if (!lines[index].StartsWith('#'))
                continue;
            headings.Add(index);
            titles.Add(lines[index].TrimStart('#').Trim());
            if (!Headings.Contains(titles[^1]) || !lines[index].StartsWith("## ", StringComparison.Ordinal))
                report(index + 1, $"'{lines[index]}' is not a part of a tip: {string.Join(", ", Headings.Select(heading => $"'## {heading}'"))}");
        }

        if (Headings.All(titles.Contains) && !titles.SequenceEqual(Headings))
            report(headings[0] + 1, $"the parts should come once each and in this order: {string.Join(", ", Headings)}");
        return [.. Headings.Select(heading => Find(heading, titles.IndexOf(heading)))];

        TipPart Find(string heading, int index)
        {
            if (index < 0)
            {
                report(lines.Length, $"the part '## {heading}' is missing");
                return new TipPart(heading, lines.Length, []);
            }

            var end = index + 1 < headings.Count ? headings[index + 1] : lines.Length;
            return new TipPart(heading, headings[index] + 1, lines[(headings[index] + 1)..end]);
        }
    }
}
