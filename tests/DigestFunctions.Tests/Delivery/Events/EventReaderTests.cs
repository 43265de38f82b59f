using System.Text;
using System.Text.Json;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery.Events;

/// <summary>What is read of a post, and what isn't.</summary>
public sealed class EventReaderTests
{
    private const string Batch = "digest|Europe~Paris|Tue|08:30|2026-12-01/|000|en|call-instead-of-typing";
    private const string Good = Batch + "/1/7";

    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 8, 0);

    [Theory]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("\"event\"")]
    [InlineData("[[]]")]
    [InlineData("{\"event\":\"delivered\",\"ref\":\"\\ud800\"}")]
    public void One_bad_event_fails_nobody_elses(string bad)
    {
        var post = Read(Reported.Event("delivered", Good), bad, Reported.Event("delivered", Batch + "/1/8"));

        Assert.Equal([7, 8], Members(Assert.Single(post.Batches).Events(1_000).Delivered));
        Assert.Equal((3, 1), (post.Count, post.Unreadable));
    }

    [Fact]
    public void One_event_that_is_deeper_than_any_fails_nobody_elses()
    {
        var deep = new string('[', 5_000) + new string(']', 5_000);

        var post = Read(Reported.Event("delivered", Good), $"{{\"event\":{deep}}}", Reported.Event("delivered", Batch + "/1/8"));

        Assert.Equal(2, Assert.Single(post.Batches).Events(1_000).Delivered.Count);
    }

    [Theory]
    [InlineData("open", Good)]
    [InlineData("group_resubscribe", Good)]
    [InlineData("account_status_change", Good)]
    [InlineData("delivered", null)]
    [InlineData("delivered", "")]
    [InlineData("spamreport", "/1/7")]
    [InlineData("delivered", "somebody/elses/mail/1/2")]
    [InlineData("delivered", Batch + "/0/7")]
    [InlineData("delivered", Batch + "/1/1000")]
    [InlineData("delivered", Batch + "/1/-1")]
    [InlineData("delivered", Batch + "/1/99999999999")]
    [InlineData("delivered", "digest|Europe~Paris|Tue|08:30|2026-12-01/|nonsense|en|tip/1/7")]
    [InlineData("delivered", "digest|Europe~Paris|Mon|08:30|2026-12-01/|000|en|tip/1/7")]
    [InlineData("spamreport", "confirm/mina@example.com")]
    [InlineData("spamreport", "receipt/0123456789abcdef0123456789abcdef")]
    public void What_we_do_not_use_and_what_is_not_ours_is_counted_and_left_out(string kind, string? reference)
    {
        var post = Read(Reported.Event(kind, reference), Reported.Event("processed", Good));

        Assert.Equal((2, 1), (post.Count, post.Ignored));
        Assert.Empty(post.Single);
        Assert.Equal([1], Assert.Single(post.Batches).Attempts);
    }

    [Fact]
    public void A_reference_longer_than_any_is_left_out() =>
        Assert.Equal(1, Read(Reported.Event("delivered", new string('a', 5_000) + "/1/7")).Ignored);

    [Fact]
    public void A_reference_is_read_however_its_signs_are_written() =>
        Assert.Equal([7], Members(Assert.Single(Read($$"""{"ref":"{{Good.Replace("/", "\\/", StringComparison.Ordinal)}}","event":"deliver\u0065d"}""").Batches).Events(1_000).Delivered));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[{\"event\":\"delivered\"}")]
    [InlineData("[] []")]
    [InlineData("event=delivered")]
    [InlineData("[{\"event\":\"delivered\",}]")]
    public void What_is_not_a_JSON_array_is_not_a_post(string body) =>
        Assert.ThrowsAny<JsonException>(() => EventReader.Read(Encoding.UTF8.GetBytes(body), Now));

    [Theory]
    [InlineData("bounce:bounce", SuppressionReason.Bounced)]
    [InlineData("spamreport", SuppressionReason.Complained)]
    [InlineData("unsubscribe", SuppressionReason.Unsubscribed)]
    [InlineData("group_unsubscribe", SuppressionReason.Unsubscribed)]
    [InlineData("dropped:Bounced Address", SuppressionReason.Bounced)]
    [InlineData("dropped:Spam Reporting Address", SuppressionReason.Complained)]
    [InlineData("dropped:Unsubscribed Address", SuppressionReason.Unsubscribed)]
    [InlineData("dropped:Invalid", SuppressionReason.Refused)]
    public void What_suppresses(string kind, object reason)
    {
        var (member, said) = Assert.Single(Assert.Single(Read(Reported.Event(kind, Good)).Batches).Telling);

        Assert.Equal((7, (SuppressionReason?)reason, Reported.At), (member, said.Suppresses, said.At));
    }

    [Theory]
    [InlineData("dropped:Spam Content")]
    [InlineData("dropped:Recipient List over Package Quota")]
    [InlineData("deferred")]
    [InlineData("processed")]
    [InlineData("delivered")]
    public void What_does_not(string kind) =>
        Assert.Empty(Assert.Single(Read(Reported.Event(kind, Good)).Batches).Telling);

    [Theory]
    [InlineData("bounce:blocked")]
    [InlineData("bounce:expired")]
    [InlineData("bounce:")]
    public void A_bounce_that_is_not_said_to_be_a_hard_one_is_soft(string kind)
    {
        var report = Assert.Single(Read(Reported.Event(kind, Good)).Batches);

        Assert.Equal((0, 1), (report.Events(1_000).Bounced.Count, report.Events(1_000).SoftBounced.Count));
        Assert.Null(Assert.Single(report.Telling).Event.Suppresses);
    }

    [Theory]
    [InlineData("550 5.1.1 No such mailbox.", "Bounced: 5.1.1 550 5.1.1 No such mailbox.")]
    [InlineData("550 <mina@example.com>: no such mailbox", "Bounced: 5.1.1 550 no such mailbox")]
    [InlineData("550 5.1.1 Mina is not known here", "Bounced: 5.1.1")]
    [InlineData("550 bounces+mina=example.com@relay.example", "Bounced: 5.1.1 550")]
    [InlineData("550\r\n\t5.1.1 gone\u0007", "Bounced: 5.1.1 550 5.1.1")]
    public void The_evidence_holds_the_providers_words_and_no_address(string words, string evidence) =>
        Assert.Equal(evidence, Assert.Single(Assert.Single(Read(Reported.Event("bounce:bounce", Good, words)).Batches).Telling).Event.Evidence);

    [Fact]
    public void The_evidence_is_short() =>
        Assert.InRange(Assert.Single(Assert.Single(Read(Reported.Event("bounce:bounce", Good, string.Concat(Enumerable.Repeat("so it goes ", 500)))).Batches).Telling).Event.Evidence.Length, 100, 200);

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("1e300")]
    [InlineData("-5")]
    [InlineData("99999999999999")]
    public void A_time_that_cannot_be_is_that_of_the_post(string timestamp)
    {
        var post = Read($$"""{"event":"spamreport","ref":"welcome/0123456789abcdef0123456789abcdef","timestamp":{{timestamp}}}""");

        Assert.Equal(Now, Assert.Single(post.Single).Event.At);
    }

    private static EventPost Read(params string[] events) => EventReader.Read(Encoding.UTF8.GetBytes($"[{string.Join(',', events)}]"), Now);

    private static IEnumerable<int> Members(MemberSet set) => Enumerable.Range(0, 1_000).Where(index => set[index]);
}
