using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>How much, and for how long, a stranger may send: by every door.</summary>
public sealed partial class RequestLimitTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int Huge = 9 * 1024 * 1024;

    // Doors that say no before they read: there is nobody of that token, or no key was brought.
    private static readonly HttpStatusCode[] Unread = [HttpStatusCode.NotFound, HttpStatusCode.Gone, HttpStatusCode.Unauthorized];

    public static TheoryData<string> Posts => [.. Routes.All.Where(route => route.Method == "POST").Select(route => route.Pattern)];

    [Theory]
    [MemberData(nameof(Posts))]
    public async Task No_door_takes_a_body_without_end(string pattern)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, new Uri(Place().Replace(pattern, "x"), UriKind.Relative)) { Content = new ByteArrayContent(new byte[Huge]) };
        post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        post.Headers.TransferEncodingChunked = true;
        // For the webhook: what has no signature is refused unread.
        post.Headers.Add("X-Twilio-Email-Event-Webhook-Signature", "x");
        post.Headers.Add("X-Twilio-Email-Event-Webhook-Timestamp", "1");

        HttpStatusCode status;
        try
        {
            using var answer = await fixture.App.Http.SendAsync(post, TestContext.Current.CancellationToken);
            status = answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // The server has answered, and closed the door before all had been sent.
            return;
        }

        Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.RequestEntityTooLarge, .. Unread]);
    }

    [Fact]
    public async Task A_form_that_does_not_come_to_an_end_is_not_waited_for()
    {
        var context = Endless("application/x-www-form-urlencoded");

        var refused = Assert.IsType<BodyReading.Refused>(await RequestBody.ReadAsync(context.Request, patience: TimeSpan.FromMilliseconds(1)));

        Assert.Equal(StatusCodes.Status408RequestTimeout, refused.Status);
    }

    [Fact]
    public async Task Nor_are_events()
    {
        var context = Endless("application/json");

        var refused = await Assert.ThrowsAsync<BadHttpRequestException>(() => RawBody.ReadAsync(context.Request, WebhookPages.MaxLength, patience: TimeSpan.FromMilliseconds(1)));

        Assert.Equal(StatusCodes.Status408RequestTimeout, refused.StatusCode);
    }

    // Its bytes never come.
    private static DefaultHttpContext Endless(string type)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.ContentType, context.Request.Body) = ("POST", type, new Pipe().Reader.AsStream());
        return context;
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1_000)]
    private static partial Regex Place();
}
