using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Tips;

/// <summary>All tips in all languages, from <c>content/tips/LANGUAGE/ID.md</c>.</summary>
internal sealed class TipLibrary
{
    private readonly Dictionary<(TipId Id, Language Language), Tip> tips = [];

    private TipLibrary(List<Language> languages, List<ReadTip> read, CalendarFile calendar)
    {
        (Languages, Calendar) = (languages, calendar);
        foreach (var file in read)
            tips.Add((file.Tip!.Id, file.Language), file.Tip);
        All = [.. read
            .Where(file => file.Language == languages[0])
            .Select(file => new TipFacts(file.Tip!.Id, file.Tip.Area, file.Tip.Energy))
            .OrderBy(tip => tip.Id.ToString(), StringComparer.Ordinal)];
    }

    public IReadOnlyList<Language> Languages { get; }

    public CalendarFile Calendar { get; }

    /// <summary>What is the same of a tip in every language, by id.</summary>
    public IReadOnlyList<TipFacts> All { get; }

    public bool Has(TipId id) => tips.ContainsKey((id, Languages[0]));

    /// <exception cref="KeyNotFoundException">There is no such tip in that language.</exception>
    public Tip this[TipId id, Language language] => tips.TryGetValue((id, language), out var tip)
        ? tip
        : throw new KeyNotFoundException($"The library has no tip '{id}' in '{language}'.");

    /// <exception cref="InvalidDataException">The library is broken; the message has a line for each problem, with file and line.</exception>
    public static TipLibrary Load(ContentFolder content) => TryLoad(content, out var problems)
        ?? throw new InvalidDataException($"The tip library is broken:\n{string.Join('\n', problems)}");

    /// <summary>Null after saying what is wrong with the library.</summary>
    public static TipLibrary? TryLoad(ContentFolder content, out List<Problem> problems)
    {
        problems = [];
        var languages = new List<Language>();
        var read = Read(content, languages, problems);
        problems.AddRange(Disagreements(languages, read));
        if (read.Count == 0)
            problems.Add(new Problem("tips", 1, "there are no tips"));
        var calendar = CalendarFile.Read(content, read.Select(file => file.Tip?.Id ?? default).ToHashSet(), problems);
        return problems.Count == 0 ? new TipLibrary(languages, read, calendar) : null;
    }

    private static List<ReadTip> Read(ContentFolder content, List<Language> languages, List<Problem> problems)
    {
        var folders = Folders(content, problems);
        languages.AddRange(folders.Values);
        var evidence = EvidenceFile.Read(content, languages, problems);
        var read = new List<ReadTip>();
        foreach (var (folder, language) in folders)
        {
            foreach (var path in Directory.EnumerateFiles(content.At(folder), "*.md").Order(StringComparer.Ordinal))
            {
                var file = $"{folder}/{Path.GetFileName(path)}";
                read.Add(new ReadTip(file, language, new TipFile(file, File.ReadAllLines(path), evidence[language], problems).Read()));
            }
        }

        return read;
    }

    private static SortedDictionary<string, Language> Folders(ContentFolder content, List<Problem> problems)
    {
        var folders = new SortedDictionary<string, Language>(StringComparer.Ordinal);
        foreach (var name in Directory.EnumerateDirectories(content.At("tips")).Select(Path.GetFileName))
        {
            if (Language.TryParse(name, out var language))
                folders.Add($"tips/{name}", language);
            else
                problems.Add(new Problem($"tips/{name}", 1, "is not named after a language's two-letter code"));
        }

        return folders;
    }

    private static IEnumerable<Problem> Disagreements(List<Language> languages, List<ReadTip> read)
    {
        foreach (var same in read.GroupBy(file => Path.GetFileName(file.File)))
        {
            var first = same.First();
            foreach (var language in languages)
            {
                if (same.All(file => file.Language != language))
                    yield return new Problem(first.File, 1, $"is missing in '{language}'");
            }

            foreach (var other in same.Where(file => file.DisagreesWith(first)))
                yield return new Problem(other.File, 1, $"should have the area, energy, minutes and evidence that {first.File} has");
        }
    }

    private sealed record ReadTip(string File, Language Language, Tip? Tip)
    {
        public bool DisagreesWith(ReadTip other) => (Tip, other.Tip) is ({ } mine, { } theirs)
            && (mine.Area != theirs.Area || mine.Energy != theirs.Energy || mine.Minutes != theirs.Minutes || mine.Evidence?.Key != theirs.Evidence?.Key);
    }
}

/// <summary>What is the same of a tip in every language.</summary>
internal sealed record TipFacts(TipId Id, Area Area, Energy Energy);
