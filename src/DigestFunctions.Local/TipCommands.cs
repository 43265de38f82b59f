using System.CommandLine;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;
using static System.FormattableString;

namespace DigestFunctions.Local;

/// <summary><c>tips lint</c>, <c>tips show</c>, <c>tips calendar</c>: for whoever writes tips.</summary>
internal static class TipCommands
{
    public static Command All()
    {
        var issue = new Argument<string>("issue") { Description = "An ISO week, such as 2026-W48; without it, the present one.", DefaultValueFactory = _ => Now().ToString() };
        var language = new Option<string>("--language") { Description = "en or ko.", DefaultValueFactory = _ => "en" };
        var weeks = new Option<int>("--weeks") { Description = "For how many weeks, from the present one on.", DefaultValueFactory = _ => 52 };
        var focus = new Option<string>("--focus") { Description = "Areas, with commas between them; without it, all.", DefaultValueFactory = _ => "" };
        var energy = new Option<string>("--energy") { Description = "gentle, steady or stretch.", DefaultValueFactory = _ => TipChoice.Usual.Energy.ToKey() };
        weeks.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_040)
                result.AddError("--weeks takes a number from 1 to 1040.");
        });

        var lint = new Command("lint", "Says what is wrong with the library, with file and line.");
        lint.SetAction(_ => Lint(Console.Out));
        var show = new Command("show", "Shows the tip of a week as text.") { issue, language, focus, energy };
        show.SetAction(parsed => Show(
            Console.Out, Read(parsed.GetValue(issue)!), parsed.GetValue(language)!, Choice(parsed.GetValue(focus)!, parsed.GetValue(energy)!)));
        var calendar = new Command("calendar", "Lists which week has which tip.") { weeks, focus, energy };
        calendar.SetAction(parsed => List(
            Console.Out, Now(), parsed.GetValue(weeks), Choice(parsed.GetValue(focus)!, parsed.GetValue(energy)!)));
        return new Command("tips", "Looks at the tips.") { lint, show, calendar };
    }

    /// <returns>1 if anything is wrong.</returns>
    public static int Lint(TextWriter output)
    {
        var content = ContentFolder.BesideProgram;
        var problems = TipLint.Check(content);
        foreach (var problem in problems)
            output.WriteLine(problem);
        if (TipLibrary.TryLoad(content, out _) is { } library)
        {
            output.WriteLine(Invariant(
                $"{library.All.Count} tips in {string.Join(" and ", library.Languages)}; reading ease of the English {TipLint.ReadingEase(library):F0} (Flesch; 60 to 80 is plain)."));
        }

        return problems.Count == 0 ? 0 : 1;
    }

    public static void Show(TextWriter output, IssueId issue, string language, TipChoice choice)
    {
        var library = TipLibrary.Load(ContentFolder.BesideProgram);
        if (!Language.TryParse(language, out var known) || !library.Languages.Contains(known))
            throw new LocalProblemException($"There are no tips in '{language}'; there are in {string.Join(" and ", library.Languages)}.");
        var tip = library[new Calendar(library).TipOf(issue, choice), known];
        output.WriteLine($"{issue}  {tip.Id}  {tip.Area.ToKey()}, {tip.Energy.ToKey()}, {tip.Minutes} minutes\n");
        output.WriteLine($"{tip.Title}\n{tip.Preheader}\n\n{tip.Why.Text}\n");
        foreach (var (index, step) in tip.Steps.Index())
            output.WriteLine($"{index + 1}. {step.Text}");
        output.WriteLine($"\n{tip.Reflect.Text}\n\n{tip.RunningOnEmpty.Text}");
        if (tip.Evidence is { } evidence)
            output.WriteLine($"\n{evidence.Citation}\n{evidence.Finding}");
    }

    public static void List(TextWriter output, IssueId from, int weeks, TipChoice choice)
    {
        var library = TipLibrary.Load(ContentFolder.BesideProgram);
        var calendar = new Calendar(library);
        var facts = library.All.ToDictionary(tip => tip.Id);
        for (var week = 0; week < weeks; week++)
        {
            var issue = from.Plus(week);
            var tip = facts[calendar.TipOf(issue, choice)];
            output.WriteLine($"{issue}  {tip.Area.ToKey(),-12} {tip.Energy.ToKey(),-8} {tip.Id}");
        }
    }

    private static IssueId Now() => IssueId.Of(SystemClock.Instance.GetCurrentInstant(), DateTimeZone.Utc);

    private static IssueId Read(string text) =>
        IssueId.TryParse(text, out var issue) ? issue : throw new LocalProblemException($"'{text}' is not a week such as 2026-W48.");

    private static TipChoice Choice(string focus, string energy)
    {
        if (!Focus.TryParse(focus, out var areas))
            throw new LocalProblemException($"--focus takes some of {string.Join(", ", EnumKeys.Of<Area>())}, with commas between them.");
        return EnumKeys.TryParse(energy, out Energy most)
            ? new TipChoice(areas, most)
            : throw new LocalProblemException("--energy takes gentle, steady or stretch.");
    }
}
