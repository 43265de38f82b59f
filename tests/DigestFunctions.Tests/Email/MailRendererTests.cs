using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed partial class MailRendererTests
{
    private const string Confirm = "https://digest.example.org/confirm/[%token%]";
    private const string Change = "https://digest.example.org/preferences/[%token%]";
    private const string Leave = "https://digest.example.org/unsubscribe/[%token%]";

    private static readonly IEnumerable<string> CheckIn = ((string[])["tried", "notyet", "toomuch", "remind"])
        .Select(answer => $"https://digest.example.org/checkin/[%token%]/2026-W48?answer={answer}");

    public static TheoryData<string, string> All => Mails.All;

    [Theory]
    [MemberData(nameof(All))]
    public void A_mail_is_far_smaller_than_where_Gmail_clips(string mail, string language)
    {
        var html = Mails.Render(mail, language).Html;

        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1, 30 * 1024);
    }

    [Fact]
    public void A_digest_takes_less_than_200_KB_of_memory_once_its_templates_are_parsed()
    {
        // The least of several: what is lent out to another test meanwhile has to be made anew.
        Assert.InRange(Enumerable.Range(0, 10).Min(_ => Allocated()), 1, 200_000);

        static long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Mails.Digest(Mails.Tips.All[0].Id, Language.English);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_line_is_longer_than_mail_allows(string mail, string language)
    {
        var rendered = Mails.Render(mail, language);

        // RFC 5322, 2.1.1, with room for what a recipient adds.
        Assert.All($"{rendered.Html}\n{rendered.Text}".Split('\n'), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 900));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_subject_is_short_and_of_one_line(string mail, string language)
    {
        var subject = Mails.Render(mail, language).Subject;

        Assert.InRange(subject.Length, 1, 60);
        Assert.DoesNotContain(subject, char.IsControl);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_document_says_its_language_and_has_one_first_heading(string mail, string language)
    {
        var document = Parse(mail, language);

        Assert.Equal(language, document.DocumentElement.GetAttribute("lang"));
        Assert.Equal("ltr", document.DocumentElement.GetAttribute("dir"));
        Assert.Single(document.QuerySelectorAll("h1"));
        Assert.Equal(Mails.Render(mail, language).Subject, document.Title);
        Assert.Equal("light dark", document.QuerySelector("meta[name=color-scheme]")?.GetAttribute("content"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Links_lead_to_this_mail_s_page_and_nowhere_else(string mail, string language)
    {
        var links = Parse(mail, language).Links.Select(link => link.GetAttribute("href")).ToList();

        string[] others = mail switch
        {
            "confirm" or "confirm reminder" => [Confirm],
            "link" => [Change, Change, Leave],
            "data" => ["https://digest.example.org/data/[%token%]"],
            "new address" => ["https://digest.example.org/address/[%token%]"],
            "address told" => [],
            "welcome" or "welcome again" => [Question("how-it-helps-me"), Question("no-time"), Question("nothing-left-to-give"), Change, Leave],
            ['r', ..] => [Issue(mail["reminder ".Length..]), .. CheckIn, Change, Leave],
            _ => [.. CheckIn, Issue(mail["digest ".Length..]), Change, Leave],
        };
        Assert.Equal(others, links);

        string Question(string slug) => $"https://digest.example.org/questions/{slug}?language={language}";
        string Issue(string tip) => $"https://digest.example.org/archive/2026-W48/{tip}?language={language}";
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_text_part_has_the_same_links(string mail, string language) => Assert.Subset(
        Mails.Render(mail, language).Text.Split('\n').ToHashSet(),
        Parse(mail, language).Links.Select(link => link.GetAttribute("href")!).ToHashSet());

    [Theory]
    [MemberData(nameof(All))]
    public void Nothing_is_loaded_from_elsewhere(string mail, string language)
    {
        var html = Mails.Render(mail, language).Html;

        Assert.DoesNotContain(Parse(mail, language).All, element =>
            element.LocalName is "img" or "link" or "script" or "iframe" || element.HasAttribute("src") || element.HasAttribute("background"));
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_expression_and_no_place_is_left_unfilled(string mail, string language)
    {
        var rendered = Mails.Render(mail, language);
        var visible = VisibleText(Parse(mail, language));

        Assert.All([rendered.Html, rendered.Text], part => Assert.DoesNotContain("{{", part, StringComparison.Ordinal));
        Assert.All([visible, rendered.Subject, rendered.Text], part => Assert.DoesNotContain(part, letter => letter is '{' or '}'));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Once_the_recipient_s_values_are_in_no_tag_is_left(string mail, string language)
    {
        var rendered = Mails.Render(mail, language);

        Assert.All([rendered.Html, rendered.Text], part => Assert.DoesNotContain("[%", Mails.For("Mina", part, language), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_text_part_says_all_that_the_HTML_part_says(string mail, string language)
    {
        var rendered = Mails.Render(mail, language);
        var html = new HtmlParser().ParseDocument(Mails.For("Mina", rendered.Html, language));

        var missing = Words(VisibleText(html)).Except(Words(Mails.For("Mina", rendered.Text, language)));

        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_mail_says_who_sends_it_and_from_where(string mail, string language)
    {
        var rendered = Mails.Render(mail, language);

        Assert.All([VisibleText(Parse(mail, language)), rendered.Text], part =>
        {
            Assert.Contains(Mails.Options.FromName, part, StringComparison.Ordinal);
            Assert.Contains(Mails.Options.PostalAddress, part, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_preheader_comes_first_hidden_and_says_more_than_the_subject(string mail, string language)
    {
        var document = Parse(mail, language);
        var first = document.Body!.FirstElementChild!;

        Assert.Contains("display:none", first.GetAttribute("style"), StringComparison.Ordinal);
        Assert.InRange(first.TextContent.Length, 1, 90);
        Assert.NotEqual(document.Title, first.TextContent);
    }

    [Theory]
    [InlineData("en", "Every Tuesday at 08:30, Paris time", "Tuesday 24 November at 08:30, Paris time", "7 days")]
    [InlineData("ko", "매주 화요일 오전 8:30(파리 시간)", "파리 시간 기준 11월 24일 화요일 오전 8:30", "7일")]
    public void The_confirm_mail_says_what_was_chosen_when_it_was_asked_for_and_how_long_the_link_works(string language, params string[] told) =>
        Assert.All(told, words => Assert.Contains(words, Mails.Render("confirm", language).Text, StringComparison.Ordinal));

    [Theory]
    [InlineData("en", "Tuesday 1 December at 08:30, Paris time")]
    [InlineData("ko", "파리 시간 기준 12월 1일 화요일 오전 8:30")]
    public void The_welcome_mail_says_when_the_next_digest_comes(string language, string when) =>
        Assert.All(
            [Mails.Render("welcome", language).Text, Mails.Render("welcome again", language).Text],
            text => Assert.Contains(when, text, StringComparison.Ordinal));

    [Theory]
    [InlineData("data", "Tuesday 24 November at 09:30, Paris time")]
    [InlineData("new address", "Wednesday 25 November at 08:30, Paris time")]
    public void A_mail_with_a_link_that_runs_out_says_until_when_it_works(string mail, string until) =>
        Assert.Contains(until, Mails.Render(mail, "en").Text, StringComparison.Ordinal);

    [Fact]
    public void Who_had_this_issue_already_is_welcomed_without_its_tip()
    {
        var mail = Mails.Render("welcome again", "en");

        Assert.DoesNotContain("<ol", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Try it", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_digest_has_its_tip_s_title_as_subject_and_every_part_of_it()
    {
        var tip = Mails.Tips[Mails.Tips.All[0].Id, DigestFunctions.Core.Subscribers.Language.English];

        var mail = Mails.Render($"digest {tip.Id}", "en");

        Assert.Equal(tip.Title, mail.Subject);
        Assert.All(
            [tip.Title, tip.Why.Text, .. tip.Steps.Select(step => step.Text), tip.Reflect.Text, tip.RunningOnEmpty.Text],
            part => Assert.Contains(part, mail.Text, StringComparison.Ordinal));
    }

    private static IDocument Parse(string mail, string language) => new HtmlParser().ParseDocument(Mails.Render(mail, language).Html);

    private static string VisibleText(IDocument document) =>
        string.Join(' ', document.Body!.Descendants<IText>()
            .Where(text => text.ParentElement is { LocalName: not "style" } parent && parent.Closest("[style*='display:none']") is null)
            .Select(text => text.Data));

    private static IEnumerable<string> Words(string text) => Word().Matches(text).Select(word => word.Value.ToUpperInvariant());

    [GeneratedRegex(@"[\p{L}\p{N}’]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();
}
