using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;
using DigestFunctions.Local;
using Xunit;

namespace DigestFunctions.Tests.Tips;

public sealed class TipLintTests : IDisposable
{
    private readonly LibraryOf library = new();

    public void Dispose() => library.Dispose();

    [Fact]
    public void Nothing_is_wrong_with_our_library()
    {
        Assert.Empty(TipLint.Check(ContentFolder.BesideProgram));
        Assert.True(TipLibrary.Load(ContentFolder.BesideProgram).All.Count >= 60);
    }

    [Fact]
    public void The_command_says_how_many_tips_there_are_and_how_they_read()
    {
        using var output = new StringWriter();

        Assert.Equal(0, TipCommands.Lint(output));
        Assert.Matches(@"^\d+ tips in en and ko; reading ease of the English \d+ ", output.ToString());
    }

    [Fact]
    public void Areas_and_energies_that_have_too_few_are_named()
    {
        var problems = library.Lint().Select(problem => problem.ToString()).ToList();

        Assert.Contains("content/tips:1: the area 'self' has 1 tips, at least 8 are wanted", problems);
        Assert.Contains("content/tips:1: the area 'habits' has 0 tips of the energy 'stretch', at least 2 are wanted", problems);
    }

    [Fact]
    public void Two_tips_that_say_the_same_are_named_in_each_language()
    {
        library.Copy("breathe", "breathe-again");

        var problems = library.Lint().Select(problem => problem.ToString()).ToList();

        Assert.Contains(problems, problem => problem.StartsWith("content/tips/en/breathe-again.md:1: has 100", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("content/tips/ko/breathe-again.md:1: has 100", StringComparison.Ordinal));
    }

    [Fact]
    public void What_keeps_the_service_from_starting_is_said_first_and_alone()
    {
        library.Write(LibraryOf.Tip, "nothing of a tip");

        Assert.Contains(library.Lint(), problem => problem.ToString().StartsWith($"content/{LibraryOf.Tip}:1: should begin with front matter", StringComparison.Ordinal));
        Assert.DoesNotContain(library.Lint(), problem => problem.Message.Contains("at least", StringComparison.Ordinal));
    }

    [Fact]
    public void The_calendar_is_listed_and_a_week_is_shown_as_text()
    {
        using var listed = new StringWriter();
        using var shown = new StringWriter();

        TipCommands.List(listed, Slots.Issue("2026-W48"), weeks: 104, new TipChoice(Focus.Of(Area.Self), Energy.Gentle));
        TipCommands.Show(shown, Slots.Issue("2026-W48"), "ko", TipChoice.Usual);

        var lines = listed.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(104, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^20\d\d-W\d\d  self +gentle +[a-z-]+$", line));
        Assert.StartsWith("2026-W48  ", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("요", shown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("self", false)]
    [InlineData("listening,self", false)]
    [InlineData("listening,perspective,connection,digital,ripple,self,habits", true)]
    public void A_focus_is_written_as_it_is_read(string text, bool isEverything)
    {
        Assert.True(Focus.TryParse(text, out var focus));

        Assert.Equal(isEverything, focus == Focus.Everything);
        Assert.Equal(isEverything ? "" : text, focus.ToString());
    }

    [Theory]
    [InlineData("cooking")]
    [InlineData("0")]
    [InlineData("Self")]
    [InlineData("self;habits")]
    public void What_is_no_area_is_no_focus(string text) => Assert.False(Focus.TryParse(text, out _));
}
