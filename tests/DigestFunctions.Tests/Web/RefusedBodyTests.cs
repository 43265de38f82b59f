using System.Net;
using System.Text;
using Xunit;

namespace DigestFunctions.Tests.Web;

public sealed class RefusedBodyTests(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    public static TheoryData<string?, byte[], HttpStatusCode> Refused => new()
    {
        { Json, "{"u8.ToArray(), HttpStatusCode.BadRequest },
        { Json, "[]"u8.ToArray(), HttpStatusCode.BadRequest },
        { Json, "null"u8.ToArray(), HttpStatusCode.BadRequest },
        { Json, """{"email":5}"""u8.ToArray(), HttpStatusCode.BadRequest },
        { Json, """{"email":"a@example.com","email":"b@example.com"}"""u8.ToArray(), HttpStatusCode.BadRequest },
        { Json, """{"email":"\ud800"}"""u8.ToArray(), HttpStatusCode.BadRequest },
        { Json, [.. """{"email":" """u8, 0xff, .. "\"}"u8], HttpStatusCode.BadRequest },
        { Json, Encoding.UTF8.GetBytes(new string('[', 5_000)), HttpStatusCode.BadRequest },
        { Json, [], HttpStatusCode.BadRequest },
        { Form, [], HttpStatusCode.BadRequest },
        { Form, "email=a%40example.com&email=b%40example.com"u8.ToArray(), HttpStatusCode.BadRequest },
        { Form, "name=M%E9lanie"u8.ToArray(), HttpStatusCode.BadRequest },
        { Form, Encoding.UTF8.GetBytes(string.Join('&', Enumerable.Range(0, 1_000).Select(number => $"f{number}=1"))), HttpStatusCode.BadRequest },
        { "multipart/form-data", "--x--"u8.ToArray(), HttpStatusCode.BadRequest },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"em"u8.ToArray(), HttpStatusCode.BadRequest },
        { "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"email\"; filename=\"a\"\r\n\r\na\r\n--x--\r\n"u8.ToArray(), HttpStatusCode.BadRequest },
        { Form + "; charset=iso-8859-1", "name=a"u8.ToArray(), HttpStatusCode.UnsupportedMediaType },
        { Json + "; charset=utf-16", "{}"u8.ToArray(), HttpStatusCode.UnsupportedMediaType },
        { "text/plain", "name=a"u8.ToArray(), HttpStatusCode.UnsupportedMediaType },
        { "application/xml", "<a/>"u8.ToArray(), HttpStatusCode.UnsupportedMediaType },
        { "nonsense", "a"u8.ToArray(), HttpStatusCode.UnsupportedMediaType },
        { null, "name=a"u8.ToArray(), HttpStatusCode.UnsupportedMediaType },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_read_is_a_page_for_a_person_and_a_problem_for_a_program(string? type, byte[] body, HttpStatusCode status)
    {
        if (type != Json && type?.StartsWith(Json, StringComparison.Ordinal) is not true)
        {
            var page = await (await PostAsync(fixture.Site.Person(), type, body)).PageAsync(status);
            Assert.Equal("/?language=en", page.QuerySelector("main a.button")!.GetAttribute("href"));
        }

        var problem = await (await PostAsync(fixture.Site.Client("application/json"), type, body)).ProblemAsync(status);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData(Form, 10_000_000, false)]
    [InlineData(Form, 10_000_000, true)]
    [InlineData(Json, 10_000_000, true)]
    [InlineData(Json, 66_000, true)]
    public async Task A_body_that_is_too_large_is_not_read(string type, int length, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/subscribe") { Content = new ByteArrayContent(new byte[length]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TransferEncodingChunked = chunked;

        var answer = await fixture.Site.Client("application/json").SendAsync(request, TestContext.Current.CancellationToken);

        await answer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string? type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await client.PostAsync("/subscribe", content, TestContext.Current.CancellationToken);
    }
}
