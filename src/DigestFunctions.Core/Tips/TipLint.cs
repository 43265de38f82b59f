using System.Globalization;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Tips;

/// <summary>What is wrong with a library beyond what keeps the service from starting, and how easily it reads.</summary>
internal static partial class TipLint
{
    public const int LeastOfAnArea = 8;
    public const int LeastOfAnEnergy = 2;
    public const double MostAlike = 0.6;

    /// <summary>All that is wrong, with file and line. Empty: the library is good.</summary>
    public static IReadOnlyList<Problem> Check(ContentFolder content)
    {
        var library = TipLibrary.TryLoad(content, out var problems);
        return library is null ? problems : [.. Gaps(library), .. Alike(library)];
    }

    /// <summary>
    /// Flesch reading ease of all English tips together: about 60 to 80 is plain English, 100 is for children.
    /// Syllables are counted by groups of vowels, which is right for most words.
    /// </summary>
    public static double ReadingEase(TipLibrary library)
    {
        var text = string.Join(' ', library.All.Select(tip => Text(library[tip.Id, Language.English])));
        var words = Words().Matches(text).Select(word => word.Value.ToLowerInvariant()).ToList();
        var sentences = Math.Max(1, SentenceEnds().Count(text));
        var syllables = words.Sum(word => Math.Max(1, Vowels().Count(word) - (word.EndsWith('e') && !word.EndsWith("le", StringComparison.Ordinal) ? 1 : 0)));
        return 206.835 - (1.015 * words.Count / sentences) - (84.6 * syllables / words.Count);
    }

    private static IEnumerable<Problem> Gaps(TipLibrary library)
    {
        foreach (var area in Enum.GetValues<Area>())
        {
            var tips = library.All.Where(tip => tip.Area == area).ToList();
            if (tips.Count < LeastOfAnArea)
                yield return Missing($"the area '{area.ToKey()}' has {tips.Count} tips, at least {LeastOfAnArea} are wanted");
            foreach (var energy in Enum.GetValues<Energy>())
            {
                var count = tips.Count(tip => tip.Energy == energy);
                if (count < LeastOfAnEnergy)
                    yield return Missing($"the area '{area.ToKey()}' has {count} tips of the energy '{energy.ToKey()}', at least {LeastOfAnEnergy} are wanted");
            }
        }
    }

    private static Problem Missing(string what) => new("tips", 1, what);

    private static IEnumerable<Problem> Alike(TipLibrary library)
    {
        foreach (var language in library.Languages)
        {
            var known = library.All.Select(tip => (tip.Id, Words: WordsOf(library[tip.Id, language]))).ToList();
            for (var first = 0; first < known.Count; first++)
            {
                for (var second = first + 1; second < known.Count; second++)
                {
                    var alike = Alike(known[first].Words, known[second].Words);
                    if (alike > MostAlike)
                    {
                        yield return new Problem($"tips/{language}/{known[second].Id}.md", 1, string.Create(
                            CultureInfo.InvariantCulture,
                            $"has {alike:P0} of its words in common with {known[first].Id}.md, at most {MostAlike:P0} are wanted"));
                    }
                }
            }
        }
    }

    // Of the one that has fewer.
    private static double Alike(HashSet<string> first, HashSet<string> second)
    {
        var (fewer, more) = first.Count < second.Count ? (first, second) : (second, first);
        return (double)fewer.Count(more.Contains) / Math.Max(1, fewer.Count);
    }

    private static HashSet<string> WordsOf(Tip tip) =>
        [.. Words().Matches(Text(tip)).Select(word => word.Value.ToLowerInvariant())];

    private static string Text(Tip tip) =>
        string.Join(' ', [tip.Title + ".", tip.Why.Text, .. tip.Steps.Select(step => step.Text), tip.Reflect.Text, tip.RunningOnEmpty.Text]);

    [GeneratedRegex(@"\p{L}[\p{L}\p{M}’']*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();

    [GeneratedRegex("[aeiouy]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Vowels();

    [GeneratedRegex(@"[.?:](?=\W|$)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SentenceEnds();
}
