using System.Net;
using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Web;
using DigestFunctions.Tests.Delivery.Events;
using Microsoft.Extensions.DependencyInjection;
using SendGridEmulator;
using SendGridEmulator.Events;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>Whose posts of events are believed, and what is answered.</summary>
public sealed class WebhookTests(SharedAzurite azurite)
{
    private static readonly byte[] Good = Encoding.UTF8.GetBytes($"[{Reported.Event("delivered", "welcome/0123456789abcdef0123456789abcdef")}]");

    [Fact]
    public async Task A_post_that_the_provider_signed_is_taken()
    {
        await using var app = await TestApp.StartAsync(azurite);

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(app, Good));
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(app, "[]"u8.ToArray()));
    }

    [Fact]
    public async Task A_post_that_it_did_not_sign_is_refused_and_counted_and_nothing_of_it_is_said()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var other = new Webhook(new EmulatorOptions());
        Action<HttpRequestMessage>[] changes =
        [
            post => post.Headers.Remove(Webhook.SignatureHeader),
            post => post.Headers.Remove(Webhook.TimestampHeader),
            post => Set(post, Webhook.SignatureHeader, "nonsense"),
            post => Set(post, Webhook.SignatureHeader, new string('A', 4_000)),
            post => Set(post, Webhook.SignatureHeader, Convert.ToBase64String(new byte[70])),
            post => Set(post, Webhook.SignatureHeader, Value(post, Webhook.SignatureHeader)[..^4]),
            post => Set(post, Webhook.SignatureHeader, other.Sign(Value(post, Webhook.TimestampHeader), Good)),
            post => Set(post, Webhook.TimestampHeader, "1"),
            post => post.Content = new ByteArrayContent(Good[..^1]),
            post => post.Content = new ByteArrayContent([.. Good, (byte)' ']),
            post => post.Content = new ByteArrayContent([]),
        ];

        foreach (var change in changes)
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(app, Good, change));

        Assert.Contains(app.Log.All, line => line.Contains($"the {changes.Length}th since the start", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.All, line => line.Contains("mina", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_byte_that_was_changed_anywhere_shows()
    {
        await using var app = await TestApp.StartAsync(azurite);

        for (var at = 0; at < Good.Length; at += 17)
        {
            var changed = Good.ToArray();
            changed[at] ^= 1;
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(app, Good, post => post.Content = new ByteArrayContent(changed)));
        }
    }

    [Fact]
    public async Task Without_a_key_nothing_is_believed_and_the_log_says_what_to_set()
    {
        await using var app = await TestApp.StartAsync(azurite, services => services.AddSingleton(new SendGridOptions()));

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(app, Good));

        Assert.Contains(app.Log.All, line => line.Contains("set SendGrid:WebhookPublicKey", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_signed_and_larger_than_any_post_is_refused_announced_or_not()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var gigantic = new byte[WebhookPages.MaxLength + 1];
        gigantic.AsSpan().Fill((byte)' ');

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(app, gigantic));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(app, gigantic, post => post.Headers.TransferEncodingChunked = true));
    }

    [Fact]
    public async Task What_is_signed_and_just_as_large_as_it_may_be_is_read()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var large = new byte[WebhookPages.MaxLength];
        large.AsSpan().Fill((byte)' ');
        Good.CopyTo(large, 0);

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(app, large));
    }

    [Theory]
    [InlineData("")]
    [InlineData("event=delivered")]
    [InlineData("{\"event\":\"delivered\"}")]
    [InlineData("[{\"event\":\"delivered\"}")]
    public async Task What_is_signed_and_no_array_of_JSON_is_refused_and_logged(string body)
    {
        await using var app = await TestApp.StartAsync(azurite);

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(app, Encoding.UTF8.GetBytes(body)));

        Assert.Contains(app.Log.All, line => line.StartsWith("Error 512", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_is_of_the_curve_that_the_provider_signs_on()
    {
        await using var app = await TestApp.StartAsync(azurite);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.True(Core.Delivery.Events.EventSignature.IsKey(app.Webhook.PublicKey));
        Assert.False(Core.Delivery.Events.EventSignature.IsKey(Convert.ToBase64String(other.ExportSubjectPublicKeyInfo())));
        Assert.False(Core.Delivery.Events.EventSignature.IsKey(app.Webhook.PublicKey[..^4]));
    }

    private static async Task<HttpStatusCode> PostAsync(TestApp app, byte[] body, Action<HttpRequestMessage>? change = null)
    {
        using var answer = await app.PostEventsAsync(body, change);
        return answer.StatusCode;
    }

    private static string Value(HttpRequestMessage post, string header) => post.Headers.GetValues(header).Single();

    private static void Set(HttpRequestMessage post, string header, string value)
    {
        post.Headers.Remove(header);
        post.Headers.TryAddWithoutValidation(header, value);
    }
}
