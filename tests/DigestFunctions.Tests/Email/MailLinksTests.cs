using System.Net;
using AngleSharp.Html.Parser;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web;
using DigestFunctions.Tests.Web;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DigestFunctions.Tests.Email;

/// <summary>Where the links of our mails lead.</summary>
public sealed class MailLinksTests
{
    private static readonly Uri Root = new(Mails.Address.Page("/"));

    private static readonly List<TemplateMatcher> Shown =
        [.. Routes.All.Where(route => route.Method == "GET").Select(route => new TemplateMatcher(TemplateParser.Parse(route.Pattern), []))];

    public static TheoryData<string, string> All => Mails.All;

    public static TheoryData<string, string> OfEachKind => Mails.OfEachKind;

    [Theory]
    [MemberData(nameof(All))]
    public void Every_link_is_absolute_and_has_a_page_in_the_router(string mail, string language) => Assert.All(Links(mail, language, "AbCd-_123"), link =>
    {
        Assert.Equal(Root.GetLeftPart(UriPartial.Authority), new Uri(link, UriKind.Absolute).GetLeftPart(UriPartial.Authority));
        Assert.Contains(Shown, matcher => matcher.TryMatch(new Uri(link).AbsolutePath, []));
    });

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public async Task The_site_answers_every_link(string mail, string language)
    {
        await using var site = await TestSite.StartAsync(new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)));
        using var person = site.Person();
        var purpose = mail.StartsWith("confirm", StringComparison.Ordinal) ? LinkPurpose.Confirm : LinkPurpose.Mail;
        var token = site.Tokens.Write(new LinkToken(purpose, People.Id(1), Generation: 1));

        foreach (var link in Links(mail, language, token))
        {
            using var answer = await person.GetAsync(new Uri(link).PathAndQuery, TestContext.Current.CancellationToken);
            // The site's store is away: a page that needs it says so, and is there all the same.
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{(int)answer.StatusCode} {new Uri(link).PathAndQuery}");
        }
    }

    [Theory]
    [MemberData(nameof(OfEachKind))]
    public void Whoever_is_on_the_list_can_leave_from_either_part(string mail, string language)
    {
        var rendered = Mails.Render(mail, language);
        var leave = Mails.Address.Unsubscribe(SubstitutionTags.Token);
        var onList = !mail.StartsWith("confirm", StringComparison.Ordinal);

        Assert.Equal(onList, rendered.Html.Contains($"href=\"{leave}\"", StringComparison.Ordinal));
        Assert.Equal(onList, rendered.Text.Split('\n').Contains(leave));
    }

    private static IEnumerable<string> Links(string mail, string language, string token) =>
        new HtmlParser().ParseDocument(Mails.Render(mail, language).Html).Links
            .Select(link => link.GetAttribute("href")!.Replace(SubstitutionTags.Token, token, StringComparison.Ordinal));
}
