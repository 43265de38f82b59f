using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>The description of the operator's API says what is sent and what is answered, and that is so.</summary>
public sealed class OpenApiTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Id = "00000000000000000000000000000001";

    private static readonly Func<HttpContent?>[] Bodies = [() => null, () => new FormUrlEncodedContent([]), () => new StringContent("text"), Csv];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/operate/audit", "get", "200 401 404 429 500 503", "")]
    [InlineData("/operate/preview/{issue}/{language}/{tip}/{part}", "get", "200 401 404 429 500 503", "")]
    [InlineData("/operate/send/pause", "post", "200 400 401 403 404 408 409 413 415 422 429 500 503", "reason")]
    [InlineData("/operate/send/resume", "post", "200 400 401 403 404 408 409 413 415 429 500 503", "")]
    [InlineData("/operate/send/test", "post", "200 400 401 403 404 408 409 413 415 422 429 500 502 503", "email issue kind language focus energy")]
    [InlineData("/operate/people", "post", "200 400 401 403 404 408 413 415 422 429 500 503", "address")]
    [InlineData("/operate/people/export", "post", "200 400 401 403 404 408 413 415 429 500 503", "")]
    [InlineData("/operate/people/import", "post", "200 400 401 403 404 413 422 429 500 503", "file ask timezone action")]
    [InlineData("/operate/people/{id}/suppress", "post", "200 400 401 403 404 408 413 415 422 429 500 503", "reason")]
    [InlineData("/operate/people/{id}/release", "post", "200 400 401 403 404 408 409 413 415 422 429 500 503", "address reason")]
    [InlineData("/operate/people/{id}/erase", "post", "200 400 401 403 404 408 413 415 429 500 503", "confirmed")]
    [InlineData("/operate/held/anew", "post", "200 400 401 403 404 408 409 413 415 422 429 500 503", "run batch attempts")]
    [InlineData("/operate/held/let-be", "post", "200 400 401 403 404 408 409 413 415 422 429 500 503", "run batch attempts")]
    public async Task Each_address_has_what_it_takes_and_what_it_answers(string path, string method, string statuses, string fields)
    {
        var operation = (await PathsAsync()).GetProperty(path).GetProperty(method);

        Assert.Equal(statuses, string.Join(' ', operation.GetProperty("responses").EnumerateObject().Select(response => response.Name)));
        var bodies = operation.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject().ToList() : [];
        Assert.Equal(fields.Length > 0, bodies.Count > 0);
        Assert.All(bodies, each => Assert.Equal(fields, string.Join(' ', each.Value.GetProperty("schema").GetProperty("properties").EnumerateObject().Select(field => field.Name))));
        Assert.Equal(path == "/operate/people/import", bodies.Exists(each => each.Name == "multipart/form-data"));
    }

    [Fact]
    public async Task Whatever_is_answered_is_described_with_what_it_is()
    {
        foreach (var path in (await PathsAsync()).EnumerateObject())
        {
            foreach (var method in path.Value.EnumerateObject())
            {
                foreach (var content in method.Name == "get" ? [() => null] : Bodies)
                {
                    foreach (var place in (string[])["x", Id])
                        await AssertDescribedAsync(method.Value.GetProperty("responses"), method.Name, Filled(path.Name, place), content(), withKey: true);
                }

                await AssertDescribedAsync(method.Value.GetProperty("responses"), method.Name, Filled(path.Name, Id), null, withKey: false);
            }
        }
    }

    private async Task AssertDescribedAsync(JsonElement responses, string method, string path, HttpContent? content, bool withKey)
    {
        using var ask = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path) { Content = content };
        ask.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (withKey)
            ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey);
        using var answer = await fixture.App.Http.SendAsync(ask, Cancellation);

        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        Assert.True(responses.TryGetProperty(status, out var described), $"{method} {path}: {status}");
        Assert.Equal(answer.Content.Headers.ContentType?.MediaType, described.GetProperty("content").EnumerateObject().Single().Name);
    }

    private static string Filled(string path, string place) =>
        string.Join('/', path.Split('/').Select(part => part switch { "{issue}" when place == Id => "2026-W48", _ when part.StartsWith('{') => place, _ => part }));

    private static MultipartFormDataContent Csv() => new() { { new StringContent("email\n"), "file", "people.csv" } };

    private async Task<JsonElement> PathsAsync()
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/operate/openapi.json") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey) } };
        using var answer = await fixture.App.Http.SendAsync(ask, Cancellation);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("paths");
    }
}
