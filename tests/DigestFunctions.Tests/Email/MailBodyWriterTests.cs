using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using DigestFunctions.Core.Email;
using NodaTime;
using SendGrid.Helpers.Mail;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>The body that we write by hand says what the SDK would say.</summary>
public sealed class MailBodyWriterTests
{
    public static TheoryData<string, string> People => new()
    {
        { "", "en" },
        { "", "ko" },
        { "Mina", "en" },
        { "김민아", "ko" },
        { """O'Neill & "Sons" + `x`""", "en" },
        { "José 👩‍🚀", "ko" },
    };

    [Theory]
    [MemberData(nameof(People))]
    public void It_is_what_the_SDK_writes(string name, string language)
    {
        var recipients = new[] { Person("one@example.org", name, "T1", language), Person("o'two+x@example.org", "Second", "T2", language) };
        var digest = Mail(recipients) with
        {
            Content = Mails.Render($"digest {Mails.Tips.All[0].Id}", language),
            BatchId = "AbC",
            SendAt = Instant.FromUtc(2026, 11, 24, 7, 30),
        };

        AssertSame(digest);
        AssertSame(digest with { BatchId = null, SendAt = null });
        AssertSame(digest with { FromList = false, Category = "confirm", Content = Mails.Render("confirm", language) });
    }

    [Fact]
    public void A_request_without_anybody_is_what_the_SDK_writes() => AssertSame(Mail());

    [Fact]
    public void Text_stands_in_it_as_it_is()
    {
        using var body = Mails.Bodies.Write(Mail(Person("one@example.org", "김민아 & co", "T1", "ko")));

        Assert.Contains("김민아 & co", Encoding.UTF8.GetString(body.Written.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void It_grows_with_what_is_written()
    {
        var (text, key) = (new string('가', 300_000), new string('k', 5_000));
        var mail = Mail([.. Enumerable.Range(0, 200).Select(index => Person($"p{index}@example.org") with { Key = key })]);

        using var body = Mails.Bodies.Write(mail with { Content = new RenderedMail("s", text, text) });

        var written = JsonNode.Parse(body.Written.Span)!;
        Assert.Equal(text, (string?)written["content"]![1]!["value"]);
        Assert.All(written["personalizations"]!.AsArray(), to => Assert.Equal(key, (string?)to!["custom_args"]!["key"]));
    }

    [Fact]
    public async Task Its_length_is_known_before_it_is_sent()
    {
        using var body = Mails.Bodies.Write(Mail(Person("one@example.org")));
        using var sent = new MemoryStream();

        await body.CopyToAsync(sent, TestContext.Current.CancellationToken);

        Assert.Equal(body.Written.ToArray(), sent.ToArray());
        Assert.Equal(sent.Length, body.Headers.ContentLength);
        Assert.Equal("application/json", body.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task What_may_still_be_read_is_not_lent_to_another()
    {
        using var stuck = new StuckStream();
        var body = Mails.Bodies.Write(Mail(Person("one@example.org")));
        var copying = body.CopyToAsync(stuck, TestContext.Current.CancellationToken);

        body.Dispose();
        using var other = Mails.Bodies.Write(Mail(Person("two@example.org")));
        stuck.Release();
        await copying;

        Assert.Contains("one@example.org", Encoding.UTF8.GetString(stuck.Taken), StringComparison.Ordinal);
    }

    private static void AssertSame(OutgoingMail mail)
    {
        using var body = Mails.Bodies.Write(mail);
        var expected = JsonNode.Parse(BySdk(mail).Serialize());

        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(body.Written.Span)), $"{expected}\n\n{Encoding.UTF8.GetString(body.Written.Span)}");
    }

    private static SendGridMessage BySdk(OutgoingMail outgoing) => new()
    {
        From = new EmailAddress(Mails.Options.FromAddress, Mails.Options.FromName),
        ReplyTo = new EmailAddress(Mails.Options.ReplyTo),
        Subject = outgoing.Content.Subject,
        Contents = [new Content("text/plain", outgoing.Content.Text), new Content("text/html", outgoing.Content.Html)],
        Categories = [outgoing.Category],
        Headers = outgoing.FromList
            ? new() { ["Auto-Submitted"] = "auto-generated", ["List-Id"] = $"<{Mails.Options.ListId}>" }
            : new() { ["Auto-Submitted"] = "auto-generated" },
        BatchId = outgoing.BatchId,
        SendAt = outgoing.SendAt?.ToUnixTimeSeconds(),
        Personalizations = [.. outgoing.Recipients.Select(recipient => BySdk(recipient, outgoing.FromList))],
        TrackingSettings = new TrackingSettings
        {
            ClickTracking = new ClickTracking { Enable = false, EnableText = false },
            OpenTracking = new OpenTracking { Enable = false },
            SubscriptionTracking = new SubscriptionTracking { Enable = false },
        },
    };

    private static Personalization BySdk(Recipient recipient, bool fromList)
    {
        var greeting = recipient.Name.IsEmpty
            ? Mails.Texts[recipient.Language, "mail.greeting_nameless"]
            : Mails.Texts.Fill(recipient.Language, "mail.greeting", ("name", recipient.Name.ToString()));
        return new Personalization
        {
            Tos = [new EmailAddress(recipient.Address.ToString(), recipient.Name.IsEmpty ? null : recipient.Name.ToString())],
            Substitutions = new()
            {
                [SubstitutionTags.GreetingHtml] = HtmlEncoder.Create(UnicodeRanges.All).Encode(greeting),
                [SubstitutionTags.GreetingText] = greeting,
                [SubstitutionTags.Token] = recipient.Token,
            },
            CustomArgs = new() { ["key"] = recipient.Key, ["ref"] = recipient.Reference },
            Headers = fromList
                ? new()
                {
                    ["List-Unsubscribe"] = $"<{Mails.Address.Unsubscribe(recipient.Token)}>",
                    ["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
                }
                : null,
        };
    }

    /// <summary>Takes its time, and reads what it was given when it is released.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource released = new();

        public byte[] Taken { get; private set; } = [];

        public void Release() => released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await released.Task;
            Taken = buffer.ToArray();
        }
    }
}
