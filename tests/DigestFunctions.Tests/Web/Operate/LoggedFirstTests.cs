using System.Net;
using System.Net.Http.Headers;
using Azure;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations.Importing;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>While the audit log can't be written, an operator can do nothing, and is told that the store is away.</summary>
public sealed class LoggedFirstTests(SharedAzurite azurite)
{
    private const string Her = "mina@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("send/pause", nameof(AuditAction.PausedAll))]
    [InlineData("send/resume", nameof(AuditAction.ResumedAll))]
    [InlineData("send/test", nameof(AuditAction.SentTest))]
    [InlineData("people/HER/suppress", nameof(AuditAction.Suppressed))]
    [InlineData("people/HER/release", nameof(AuditAction.Released))]
    [InlineData("people/HER/erase", nameof(AuditAction.Erased))]
    [InlineData("held/anew", nameof(AuditAction.SentAnew))]
    [InlineData("held/let-be", nameof(AuditAction.LetBe))]
    public async Task Nothing_is_done_that_is_not_logged(string act, string logged)
    {
        await using var sending = await HeldAsync();
        if (act == "send/resume")
            await sending.Get<SendingSwitch>().PauseAsync("Jo", "wrong tip", Cancellation);
        if (act == "people/HER/release")
            await sending.Get<Suppressions>().SuppressAsync(sending.IdOf(Her), SuppressionReason.ByOperator, "by phone", sending.Now, Cancellation);
        using var program = Program(sending);
        var fields = await FieldsAsync(sending);
        var asked = AskedOfProvider(sending);

        sending.Faults.Forget();
        LoseAuditLog(sending);
        using var refused = await PostAsync(program, act, fields);

        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.All(sending.Faults.Seen, call => Assert.True(call == "POST audit" || call.StartsWith("GET ", StringComparison.Ordinal), call));
        Assert.Equal(asked, AskedOfProvider(sending));
        Assert.Equal(0, await sending.QueuedAsync());

        sending.Faults.Mend();
        using var done = await PostAsync(program, act, fields);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal([logged], await sending.Get<AuditLog>().NewestAsync(10, Cancellation).Select(entry => entry.Action.ToString()).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData("anew")]
    [InlineData("let-be")]
    public async Task No_poisoned_message_is_moved_or_deleted_that_is_not_logged(string act)
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.PoisonedRanges.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await sending.Store.PoisonedRanges.SendMessageAsync(QueueMessages.Encode(new RangeMessage(Sending.Run, IdRange.Whole).ToString()), Cancellation);
        using var program = Program(sending);

        LoseAuditLog(sending);
        using var refused = await PostAsync(program, $"held/poisoned/{act}", []);

        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, await sending.QueuedAsync());
        Assert.Equal(1, (await sending.Store.PoisonedRanges.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Nobody_is_signed_in_who_is_not_logged()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        using var stranger = Operating.Outside(sending.App);

        LoseAuditLog(sending);
        using var refused = await stranger.PostAsync("/operate/sign-in", ("name", "Jo"), ("key", TestApp.OperateKey));

        await refused.PageAsync(HttpStatusCode.ServiceUnavailable);
        Assert.False(refused.Headers.Contains("Set-Cookie"));
    }

    // A held batch, and one who is subscribed.
    private async Task<Sending> HeldAsync()
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite, People.Entries(3));
        await sending.Get<RunTable>().RecordPlannedAsync(Sending.Run, sending.Now, Cancellation);
        await sending.DecideAsync();
        await sending.MoveAsync(new BatchState.Held(new Attempt("id", Sending.Run.Due, MemberSet.None), "503"));
        sending.App.SetTime(Sending.Run.Due + Duration.FromMinutes(10));
        await sending.Get<Settler>().SettleAsync(Cancellation);
        Assert.True(EmailAddress.TryParse(Her, out var address));
        await sending.Store.AddAsync(People.Active(1, Slots.Friday) with { Id = sending.IdOf(Her), Address = address });
        return sending;
    }

    // As the SDK says it of an address where nobody answers.
    private static void LoseAuditLog(Sending sending) => sending.Faults.Before = call =>
        call.Is("POST audit") ? throw new RequestFailedException("The store is away.") : Task.CompletedTask;

    private static int AskedOfProvider(Sending sending) => sending.Provider.Calls.Count + sending.Provider.ListCalls;

    private static HttpClient Program(Sending sending) => new()
    {
        BaseAddress = sending.App.Http.BaseAddress,
        DefaultRequestHeaders =
        {
            Accept = { new MediaTypeWithQualityHeaderValue("application/json") },
            Authorization = new AuthenticationHeaderValue("Bearer", TestApp.OperateKey),
        },
    };

    // All that any of the acts asks for.
    private static async Task<Dictionary<string, string>> FieldsAsync(Sending sending)
    {
        var trouble = Assert.Single((await sending.Get<Troubles>().ListAsync(Cancellation)).Batches);
        return new()
        {
            ["id"] = sending.IdOf(Her).ToString(),
            ["reason"] = "by phone",
            ["confirmed"] = "yes",
            ["run"] = trouble.Run.ToString(),
            ["batch"] = trouble.Batch,
            ["attempts"] = $"{trouble.Attempts}",
            ["email"] = "reader@example.com",
            ["issue"] = "2026-W49",
            ["kind"] = "digest",
            ["language"] = "en",
            ["energy"] = "steady",
        };
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient program, string act, Dictionary<string, string> fields) => program.PostAsync(
        $"/operate/{act.Replace("HER", fields.GetValueOrDefault("id"), StringComparison.Ordinal)}", new FormUrlEncodedContent(fields), Cancellation);
}
