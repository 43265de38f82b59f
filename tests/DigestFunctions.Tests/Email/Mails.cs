using System.Text.Json;
using System.Text.Json.Nodes;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Email;

/// <summary>Our mails, rendered from the real content.</summary>
internal static class Mails
{
    public static readonly Texts Texts = Texts.Load(ContentFolder.BesideProgram);
    public static readonly TipLibrary Tips = TipLibrary.Load(ContentFolder.BesideProgram);

    public static readonly MailOptions Options = new()
    {
        FromAddress = "digest@example.org",
        FromName = "Empathy Digest",
        ReplyTo = "hello@example.org",
        PostalAddress = "1 Example Street, 1011 AB Amsterdam, Netherlands",
        ListId = "digest.example.org",
    };

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 24, 7, 30);
    private static readonly IssueId Issue = IssueId.Of(Now, DateTimeZone.Utc);

    public static readonly PublicAddress Address = new(new Uri("https://digest.example.org/"));

    public static readonly MailBodyWriter Bodies = new(Options, Address, Texts);

    private static readonly MailRenderer Renderer = new(
        new Templates(ContentFolder.BesideProgram, Texts),
        Texts,
        Tips,
        new LocalTimes(Texts),
        new TipModels(Texts),
        Questions.Load(ContentFolder.BesideProgram),
        Options,
        Address);

    /// <summary>Each kind of mail by each language; digest and reminder with each tip.</summary>
    public static TheoryData<string, string> All { get; } = [.. Names.SelectMany(mail => Texts.Languages, (mail, language) => (mail, language.ToString()))];

    /// <summary>One of each kind by each language; of the digest the shortest and the longest.</summary>
    public static TheoryData<string, string> OfEachKind { get; } =
        [.. Texts.Languages.SelectMany(language => KindsIn(language).Select(mail => (mail, language.ToString())))];

    public static RenderedMail Render(string mail, string code)
    {
        Assert.True(Language.TryParse(code, out var language));
        var tip = new Calendar(Tips).TipOf(Issue);
        return mail switch
        {
            "confirm" => Renderer.Confirm(Preferences(language), Now),
            "confirm reminder" => Renderer.ConfirmReminder(Preferences(language), Now, Now + LinkTokens.ConfirmLifetime),
            "link" => Renderer.Link(Preferences(language)),
            "data" => Renderer.DataLink(Preferences(language), Now + LinkTokens.DataLifetime),
            "new address" => Renderer.NewAddress(Preferences(language), Now + LinkTokens.AddressLifetime),
            "address told" => Renderer.AddressTold(Preferences(language), Now),
            "welcome" => Renderer.Welcome(Preferences(language), Tips[tip, language], Issue, Now.Plus(Duration.FromDays(7))),
            "welcome again" => Renderer.Welcome(Preferences(language), tip: null, Issue, Now.Plus(Duration.FromDays(7))),
            _ when mail.StartsWith("reminder ", StringComparison.Ordinal) => Renderer.Reminder(language, TipOf(mail), Issue),
            _ => Renderer.Digest(language, TipOf(mail), Issue),
        };
    }

    /// <summary>The digest alone: no calendar is made for it.</summary>
    public static RenderedMail Digest(TipId tip, Language language) => Renderer.Digest(language, tip, Issue);

    /// <summary>A part as its recipient gets it.</summary>
    public static string For(string name, string part, string code = "en")
    {
        Assert.True(PersonName.TryParse(name, out var parsed));
        Assert.True(Language.TryParse(code, out var language));
        return Substitutions(language, parsed, "AbCd-_123")
            .Aggregate(part, (filled, one) => filled.Replace(one.Key, one.Value, StringComparison.Ordinal));
    }

    /// <summary>What the provider puts in for one recipient, by tag.</summary>
    public static Dictionary<string, string> Substitutions(Language language, PersonName name, string token)
    {
        var recipient = new Recipient(EmailAddress.FromStore("reader@example.org"), name, language, token, "key", "ref") { Practised = 3 };
        using var body = Bodies.Write(new OutgoingMail(new RenderedMail("", "", ""), "digest", FromList: false, [recipient]));
        return JsonNode.Parse(body.Written.Span)!["personalizations"]![0]!["substitutions"]!.Deserialize<Dictionary<string, string>>()!;
    }

    private static IEnumerable<string> Names =>
    [
        "confirm", "confirm reminder", "welcome", "welcome again", "link", "data", "new address", "address told",
        .. Tips.All.SelectMany(tip => new[] { $"digest {tip.Id}", $"reminder {tip.Id}" }),
    ];

    private static IEnumerable<string> KindsIn(Language language)
    {
        var tips = Tips.All.Select(tip => tip.Id).OrderBy(tip => Render($"digest {tip}", language.ToString()).Text.Length).ToList();
        return ["confirm", "confirm reminder", "welcome", "welcome again", $"digest {tips[0]}", $"digest {tips[^1]}", $"reminder {tips[^1]}"];
    }

    private static TipId TipOf(string mail) => Tips.All.Single(known => mail.EndsWith($" {known.Id}", StringComparison.Ordinal)).Id;

    private static Preferences Preferences(Language language)
    {
        Assert.True(TimeZoneId.TryParse("Europe/Paris", out var zone));
        Assert.True(SlotTime.TryParse("08:30", out var time));
        return new Preferences(default, language, zone, IsoDayOfWeek.Tuesday, time);
    }
}
