using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Xunit;

namespace DigestFunctions.Tests.Tips;

public sealed class TipLibraryTests : IDisposable
{
    private readonly LibraryOf library = new();

    public void Dispose() => library.Dispose();

    [Fact]
    public void A_tip_is_read_with_all_its_parts()
    {
        Assert.True(TipId.TryParse("breathe", out var id));

        var tip = library.Load()[id, Language.English];

        Assert.Equal((Area.Self, Energy.Gentle, 2, "Breathe", "Once"), (tip.Area, tip.Energy, tip.Minutes, tip.Title, tip.Preheader));
        Assert.Equal(new Evidence("someone-2001", "Someone (2001)", "A thing was found.", Certainty.Tentative), tip.Evidence);
        Assert.Equal(["Sit.", "Breathe in.", "Breathe out."], tip.Steps.Select(step => step.Text));
        Assert.Equal("Breathe <em>in</em>.", tip.Steps[1].Html);
        Assert.Equal("What changed?", tip.Reflect.Text);
        Assert.Equal("Breathe once.", tip.RunningOnEmpty.Text);
    }

    [Theory]
    [InlineData("area: self", "area: cooking", 3, "'area' is 'cooking', which is none of listening, perspective, connection, digital, ripple, self, habits")]
    [InlineData("energy: gentle", "energy: wild", 4, "'energy' is 'wild', which is none of gentle, steady, stretch")]
    [InlineData("energy: gentle\n", "", 2, "'energy' is missing")]
    [InlineData("minutes: 2", "minutes: two", 5, "'two' is not a number of minutes")]
    [InlineData("title: Breathe", "title:", 6, "'title' is empty")]
    [InlineData("title: Breathe", "title: 1234567890123456789012345678901234567890123456789012345678901", 6, "'title' has 61 characters, at most 60 fit")]
    [InlineData("preheader: Once", "preheadder: Once", 7, "'preheadder' is not a known key")]
    [InlineData("preheader: Once", "preheader: 'Once", 7, "is not YAML")]
    [InlineData("evidence: someone-2001", "evidence: nobody-1999", 8, "content/evidence.yml has no 'nobody-1999'")]
    [InlineData("id: breathe", "id: Breathe Well", 2, "'Breathe Well' is not an id in kebab-case")]
    [InlineData("id: breathe", "id: breath", 2, "the id 'breath' is not the file's name")]
    [InlineData("## Reflect\nWhat changed?\n", "", 20, "the part '## Reflect' is missing")]
    [InlineData("## Reflect", "## Think", 18, "'## Think' is not a part of a tip")]
    [InlineData("What changed?", "It changed.", 18, "'Reflect' should be a question")]
    [InlineData("3. Breathe out.\n", "", 13, "'Try it' has 2 steps, 3 to 5 fit")]
    [InlineData("3. Breathe out.", "4. Breathe out.", 16, "should be step 3")]
    [InlineData("3. Breathe out.", "- Breathe out.", 16, "should be step 3")]
    [InlineData("word word word", "word", 10, "'Why' has 14 words, 40 to 90 fit")]
    [InlineData("Breathe *in*", "Breathe <b>in</b>", 15, "the step holds raw HTML")]
    [InlineData("Breathe once.", "[Breathe](/once).", 21, "holds a link that isn't an absolute https address")]
    [InlineData("Breathe once.", "Breathe\n\nonce.", 21, "is more than one plain paragraph")]
    public void What_is_wrong_with_a_tip_is_told_with_its_file_and_line(string old, string with, int line, string complaint)
    {
        Assert.Contains(
            $"content/{LibraryOf.Tip}:{line}: {complaint}",
            library.ComplaintAfter(LibraryOf.Tip, old, with).Replace("'If you are running on empty' ", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        library.ComplaintAfter(LibraryOf.Tip, "area: self", "area: none");

        var complaint = library.ComplaintAfter(LibraryOf.Translation, "What changed?", "It changed.");

        Assert.Contains($"{LibraryOf.Tip}:3", complaint, StringComparison.Ordinal);
        Assert.Contains($"{LibraryOf.Translation}:18", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tip_in_one_language_only_is_refused()
    {
        library.Write("tips/ko/other.md", "---\n---\n");
        library.Delete(LibraryOf.Translation);

        Assert.Contains($"content/{LibraryOf.Tip}:1: is missing in 'ko'", library.Complaint(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_another_file_has_is_refused()
    {
        library.Write("tips/en/again.md", "---\nid: breathe\n---\n");

        Assert.Contains("content/tips/en/again.md:2: the id 'breathe' is not the file's name", library.Complaint(), StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_that_differ_between_languages_are_refused()
    {
        Assert.Contains(
            $"content/{LibraryOf.Translation}:1: should have the area, energy, minutes and evidence that {LibraryOf.Tip} has",
            library.ComplaintAfter(LibraryOf.Translation, "minutes: 2", "minutes: 3"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evidence.yml", "tentative", "sure", 3, "'certainty' is 'sure', which is none of tentative, moderate, strong")]
    [InlineData("evidence.yml", "  citation: Someone (2001)\n", "", 2, "'citation' is missing")]
    [InlineData("evidence.yml", "certainty: tentative", "certainty: tentative\n  finding: A thing.", 4, "'finding' is not a known key")]
    [InlineData("findings/ko.yml", "한 가지를 찾았어요.", "", 1, "'someone-2001' is empty")]
    [InlineData("findings/ko.yml", "someone-2001", "nobody-1999", 1, "'someone-2001' is missing")]
    [InlineData("findings/ko.yml", "someone-2001", "nobody-1999", 1, "'nobody-1999' is not a known key")]
    public void A_bad_entry_of_the_evidence_is_told_with_its_line(string file, string old, string with, int line, string complaint) =>
        Assert.Contains($"content/{file}:{line}: {complaint}", library.ComplaintAfter(file, old, with), StringComparison.Ordinal);

    [Fact]
    public void A_language_without_its_findings_is_told()
    {
        library.Delete("findings/ko.yml");

        Assert.Contains("content/findings/ko.yml:1: is missing", library.Complaint(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tip_has_what_was_found_in_its_own_language()
    {
        Assert.True(TipId.TryParse("breathe", out var id));

        Assert.Equal("한 가지를 찾았어요.", library.Load()[id, Language.Korean].Evidence!.Finding);
    }

    [Fact]
    public void Without_front_matter_the_first_line_is_blamed()
    {
        library.Write(LibraryOf.Tip, "# Breathe\n");

        Assert.Contains($"content/{LibraryOf.Tip}:1: should begin with front matter", library.Complaint(), StringComparison.Ordinal);
    }
}
