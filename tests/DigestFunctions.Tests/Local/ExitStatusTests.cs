using DigestFunctions.Core.Email;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using DigestFunctions.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>What the commands end with that look, and that send a test.</summary>
public sealed class ExitStatusTests(SharedAzurite azurite, AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Mina = "mina@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // By the program itself, which has tables without a prefix: no other test of this store writes to those.
    [Theory]
    [InlineData("explain nobody@example.com", ExitStatus.Failed, "")]
    [InlineData("explain nobody@example.com --reminders --json", ExitStatus.Failed, "")]
    [InlineData("explain nobody", ExitStatus.Failed, "is not an e-mail address")]
    [InlineData("explain nobody@example.com --from soon", ExitStatus.Failed, "is not a week")]
    [InlineData("preflight", ExitStatus.Done, "")]
    [InlineData("send-test reader@example.com --language ko --kind reminder", ExitStatus.Done, "")]
    [InlineData("send-test reader@example.com --language xx", ExitStatus.Failed, "There are no tips in 'xx'")]
    [InlineData("send-test reader", ExitStatus.Failed, "is not an e-mail address")]
    public async Task As_a_program_it_ends_with_what_the_readme_says(string arguments, int expected, string problem)
    {
        var (status, said, errors) = await CommandLine.RunAsync(
            arguments.Split(' '), [.. Settings().Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!))]);

        Assert.True(status == expected, $"{status}: {said} {errors}");
        Assert.Contains(problem, errors, StringComparison.Ordinal);
        Assert.Equal(problem.Length > 0, said.Length == 0);
    }

    [Fact]
    public async Task Explain_is_done_for_one_who_is_subscribed() => Assert.Equal(ExitStatus.Done, await RunAsync(async session =>
    {
        Assert.True(EmailAddress.TryParse(Mina, out var address));
        await session.Get<Store>().AddAsync(People.Active(1, Slots.Friday) with { Id = session.Get<Identities>().Of(address), Address = address });
        return await ExplainCommand.RunAsync(session, Mina, from: null, isReminders: false, Cancellation);
    }));

    [Fact]
    public async Task Explain_that_is_stopped_says_so_by_its_status()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        Assert.Equal(ExitStatus.Stopped, await RunAsync(
            session => ExplainCommand.RunAsync(session, Mina, from: null, isReminders: false, stopped.Token), cancellation: stopped.Token));
    }

    [Fact]
    public async Task Preflight_wants_attention_where_something_is_doubtful() => Assert.Equal(
        ExitStatus.Attention,
        await RunAsync(session => PreflightCommand.RunAsync(session, Cancellation), settings => settings.Remove("SendGrid:WebhookPublicKey")));

    [Fact]
    public async Task Preflight_fails_where_mail_can_not_be_sent() => Assert.Equal(ExitStatus.Failed, await RunAsync(async session =>
    {
        await session.Get<SendingSwitch>().PauseAsync("Jo", "wrong tip", Cancellation);
        return await PreflightCommand.RunAsync(session, Cancellation);
    }));

    [Fact]
    public async Task A_test_to_a_suppressed_address_fails() => Assert.Equal(ExitStatus.Failed, await RunAsync(async session =>
    {
        Assert.True(EmailAddress.TryParse(Mina, out var address));
        await session.Get<Suppressions>().SuppressAsync(session.Get<Identities>().Of(address), SuppressionReason.Complained, "spam", TestApp.Start, Cancellation);
        return await SendTestAsync(session);
    }));

    [Fact]
    public async Task A_test_fails_where_SendGrid_does_not_answer() => Assert.Equal(
        ExitStatus.Failed, await RunAsync(SendTestAsync, settings => settings["SendGrid:BaseUrl"] = "http://localhost:1"));

    private static Task<int> SendTestAsync(CommandSession session) => SendTestCommand.RunAsync(session, Mina, "2026-W49", "en", "digest", Cancellation);

    // With the emulator of the service, and everything set.
    private Dictionary<string, string?> Settings()
    {
        var settings = TestApp.Settings(azurite.ConnectionString, fixture.App.Provider.BaseAddress!);
        settings["SendGrid:WebhookPublicKey"] = fixture.App.Webhook.PublicKey;
        return settings;
    }

    private async Task<int> RunAsync(
        Func<CommandSession, Task<int>> run, Action<Dictionary<string, string?>>? set = null, CancellationToken? cancellation = null)
    {
        var (settings, names) = (Settings(), new Names("c" + Guid.NewGuid().ToString("n")[..20]));
        set?.Invoke(settings);
        return await StoreCommand.RunAsync(
            settings, new CommandOutput(TextWriter.Null, IsJson: false), run, cancellation ?? Cancellation, services => services.AddSingleton(names));
    }
}
