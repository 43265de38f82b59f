using System.Net;
using System.Net.Http.Json;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Web;
using WorkerHost;
using WorkerHost.Messages;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

public sealed class WorkerTests(WorkerScene scene) : IClassFixture<WorkerScene>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public void The_worker_tells_the_host_every_route_queue_and_timer()
    {
        var routes = from function in Of("httpTrigger")
                     from method in function.Methods
                     let route = (string)function.Trigger["route"]!
                     select $"{method.ToUpperInvariant()} {(route == "{ignored:maxlength(0)?}" ? "/" : "/" + route)}";
        var queues = Of("queueTrigger").Select(function => $"{function.Name} {function.Trigger["queueName"]} {function.Trigger["connection"]}");
        var timers = Of("timerTrigger").Select(function => $"{function.Name} {function.Trigger["schedule"]}");

        Assert.Equal(Routes.All.SelectMany(route => route.Methods, (route, method) => $"{method} {route.Pattern}").Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
        Assert.Equal([$"SendMail {Names.MailsQueue} Data", $"SendRange {Names.RangesQueue} Data"], queues.Order(StringComparer.Ordinal));
        Assert.Equal(
            [$"PlanRuns {Timers.Planning}", $"SettleRuns {Timers.Settling}", $"SweepDaily {Timers.Sweep}"],
            timers.Order(StringComparer.Ordinal));

        IEnumerable<Function> Of(string kind) => scene.Host.Functions.Where(function => function.Kind == kind);
    }

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public async Task The_form_is_at_the_root()
    {
        using var answer = await scene.Http.GetAsync(new Uri("/", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<form", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
    }

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public async Task What_is_in_no_library_is_answered_with_our_page_and_404()
    {
        using var answer = await scene.Http.GetAsync(new Uri("/questions/nobody-asked", UriKind.Relative), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("<html", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public async Task Signing_up_leaves_a_message_by_which_the_worker_sends_the_confirmation()
    {
        var sent = await SignUpAsync("mina@example.com");

        Assert.Equal(StatusResult.Types.Status.Success, sent.Status);
        var mails = await scene.Provider.GetFromJsonAsync<List<TestApp.InboxMail>>(new Uri("inbox/messages?to=mina@example.com", UriKind.Relative), Cancellation);
        Assert.Equal("confirm", Assert.Single(mails!).Kind);
    }

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public async Task No_address_token_or_secret_is_in_what_the_worker_logs()
    {
        var token = new string('t', 40);
        using var page = await scene.Http.GetAsync(new Uri($"/confirm/{token}", UriKind.Relative), Cancellation);
        await SignUpAsync("sora@example.com");

        Assert.Contains(scene.Host.Log, line => line.Contains("accepted the Confirm mail", StringComparison.Ordinal));
        Assert.DoesNotContain(
            scene.Host.Log.Concat(scene.Host.Worker.Output).Concat(scene.Host.Worker.Errors),
            line => ((string[])["sora", token, .. scene.Secrets]).Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    [Theory(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    [InlineData("PlanRuns")]
    [InlineData("SettleRuns")]
    [InlineData("SweepDaily")]
    public async Task A_timer_of_the_host_runs_its_function(string timer)
    {
        var ran = await scene.Host.Fire(timer).Ended;

        Assert.True(ran.Status == StatusResult.Types.Status.Success, ran.Exception?.Message);
    }

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public async Task A_message_that_is_not_ours_fails_so_that_the_host_puts_it_with_the_poisoned_ones() =>
        Assert.Equal(StatusResult.Types.Status.Failure, (await scene.Host.Deliver("SendRange", "of another version").Ended).Status);

    [Fact(Skip = WorkerApp.OnlyFacsimile, SkipUnless = nameof(WorkerApp.IsReal), SkipType = typeof(WorkerApp))]
    public async Task Bad_settings_end_the_process_with_a_sentence_for_each()
    {
        var settings = TestApp.Settings("UseDevelopmentStorage=true", new Uri("http://localhost:1"));
        settings["Mail:FromAddress"] = "nobody";
        settings["Identity:Secret"] = "c2hvcnQ=";

        using var worker = WorkerProcess.Start(WorkerApp.Folder, settings, host: new Uri("http://localhost:1"));

        Assert.NotEqual(0, await worker.Exited.WaitAsync(Cancellation));
        Assert.Collection(
            worker.Errors.Order(StringComparer.Ordinal),
            line => Assert.Contains("Identity:Secret", line, StringComparison.Ordinal),
            line => Assert.Contains("Mail:FromAddress", line, StringComparison.Ordinal));
        Assert.DoesNotContain(worker.Errors.Concat(worker.Output), line => line.Contains("c2hvcnQ=", StringComparison.Ordinal));
    }

    // What the host does with the message that signing up leaves.
    private async Task<StatusResult> SignUpAsync(string email)
    {
        using var asked = await scene.Http.PostAsJsonAsync(
            new Uri("/subscribe", UriKind.Relative), new { email, language = "en", weekday = "Tue", time = "08:30", zone = "Europe/Paris" }, Cancellation);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync(Cancellation));
        var mails = scene.Queues.GetQueueClient(Names.MailsQueue);
        var message = (await mails.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;
        await mails.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
        return await scene.Host.Deliver("SendMail", QueueMessages.Decode(message.Body.ToString())).Ended;
    }
}
