using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using SendGridEmulator;

namespace DigestFunctions.Tests.Emulator;

/// <summary>An emulator on a free port with a clock that a test moves, and the calls that tests make of it.</summary>
internal sealed class RunningEmulator : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;

    private RunningEmulator(WebApplication app, FakeTimeProvider clock)
    {
        this.app = app;
        Clock = clock;
        Address = EmulatorHost.AddressOf(app);
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "SG.test");
    }

    public FakeTimeProvider Clock { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    public static async Task<RunningEmulator> StartAsync(EmulatorOptions? options = null)
    {
        var clock = new FakeTimeProvider(Start);
        var built = EmulatorHost.Build(options ?? new EmulatorOptions(), clock);
        await built.StartAsync(Cancellation);
        return new RunningEmulator(built, clock);
    }

    public Task<Answer> SendAsync(MailJson mail) => PostAsync("/v3/mail/send", mail.Json.ToJsonString());

    public Task<Answer> PostAsync(string path, string json) => AskAsync(HttpMethod.Post, path, json);

    public async Task<Answer> AskAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, Cancellation);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation), response.Headers);
    }

    public async Task<string> MakeBatchAsync() =>
        (await PostAsync("/v3/mail/batch", "{}")).Json["batch_id"]!.GetValue<string>();

    public Task<Answer> CancelAsync(string batchId, string status = "cancel") =>
        PostAsync("/v3/user/scheduled_sends", JsonSerializer.Serialize(new { batch_id = batchId, status }));

    public async Task<JsonArray> InboxAsync(string? to = null) =>
        (await Http.GetFromJsonAsync<JsonArray>("/inbox/messages" + (to is null ? "" : "?to=" + Uri.EscapeDataString(to)), Cancellation))!;

    public async Task<JsonArray> WaitingAsync() =>
        (await Http.GetFromJsonAsync<JsonArray>("/inbox/scheduled", Cancellation))!;

    public async Task<long> StatAsync(string name) =>
        (await Http.GetFromJsonAsync<JsonObject>("/inbox/stats", Cancellation))![name]!.GetValue<long>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}

internal sealed record Answer(int Status, string Body, HttpResponseHeaders Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The errors as <c>field: message</c>.</summary>
    public IReadOnlyList<string> Errors =>
        [.. Json["errors"]!.AsArray().Select(e => $"{e!["field"]?.GetValue<string>()}: {e["message"]!.GetValue<string>()}")];
}
