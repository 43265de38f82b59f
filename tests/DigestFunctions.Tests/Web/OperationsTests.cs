using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Benchmarks.Measuring;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Local;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>What a request costs in operations of the store, counted on their way to it.</summary>
public sealed class OperationsTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";
    private const int OfSignUp = 6;
    private const int OfConfirmation = 6;
    private const int OfPage = 2;

    private readonly CountingTransport counting = new(HttpClientTransport.Shared);

    [Fact]
    public async Task A_sign_up_takes_six_operations_at_the_most_and_so_does_a_confirmation_and_opening_a_page_two()
    {
        await using var app = await StartAsync();

        Assert.InRange(await CountAsync(() => app.GetAsync("/")), 0, OfPage);
        Assert.InRange(await SignUpAsync(app, weekday: "Tue"), 1, OfSignUp);
        Assert.InRange(await SignUpAsync(app, weekday: "Wed"), 1, OfSignUp);
        await ConfirmAsync(app);
        Assert.InRange(await SignUpAsync(app, weekday: "Fri"), 1, OfSignUp);
    }

    [Fact]
    public async Task So_it_is_for_one_who_left_and_comes_back_to_another_slot()
    {
        await using var app = await StartAsync();
        await SignUpAsync(app, weekday: "Tue");
        await ConfirmAsync(app);
        var leave = "/unsubscribe/" + await TokenAsync(app, LinkPurpose.Mail);
        Assert.InRange(await CountAsync(() => app.GetAsync(leave)), 1, OfPage);
        await app.PostAsync(leave);
        app.Time.Pass(Duration.FromHours(1));

        Assert.InRange(await SignUpAsync(app, weekday: "Thu"), 1, OfSignUp);
        Assert.IsType<SubscriberState.Pending>((await MinaAsync(app)).State);
        await ConfirmAsync(app);
    }

    [Fact]
    public async Task Opening_any_other_page_of_hers_takes_two_as_well()
    {
        await using var app = await StartAsync();
        await SignUpAsync(app, weekday: "Tue");
        await ConfirmAsync(app);
        var (mail, data) = (await TokenAsync(app, LinkPurpose.Mail), await TokenAsync(app, LinkPurpose.Data));

        foreach (var path in (string[])[$"/preferences/{mail}", $"/preferences/{mail}/data", $"/checkin/{mail}/2026-W48?answer=tried", $"/data/{data}", "/archive", "/link", "/privacy"])
            Assert.InRange(await CountAsync(() => app.GetAsync(path)), 0, OfPage);
    }

    private async Task ConfirmAsync(TestApp app)
    {
        var link = "/confirm/" + await TokenAsync(app, LinkPurpose.Confirm);
        Assert.InRange(await CountAsync(() => app.GetAsync(link)), 1, OfPage);
        var page = await (await app.GetAsync(link)).PageAsync();
        app.Time.Pass(Duration.FromSeconds(1));

        Assert.InRange(await CountAsync(() => app.Http.PressAsync(page, link)), 1, OfConfirmation);
        Assert.IsType<SubscriberState.Active>((await MinaAsync(app)).State);
    }

    private async Task<int> SignUpAsync(TestApp app, string weekday)
    {
        var page = await (await app.GetAsync("/")).PageAsync();
        app.Time.Pass(Duration.FromSeconds(2));
        return await CountAsync(() => app.Http.PressAsync(page, "/", ("email", Mina), ("weekday", weekday), ("zone", "Europe/Paris")));
    }

    private async Task<int> CountAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var before = counting.Calls;
        using var answer = await ask();
        Assert.True(answer.IsSuccessStatusCode);
        return (int)(counting.Calls - before).All;
    }

    private static async Task<string> TokenAsync(TestApp app, LinkPurpose purpose)
    {
        var mina = await MinaAsync(app);
        return app.Services.GetRequiredService<LinkTokens>().Write(new LinkToken(purpose, mina.Id, mina.Generation));
    }

    private static async Task<Subscriber> MinaAsync(TestApp app)
    {
        Assert.True(EmailAddress.TryParse(Mina, out var address));
        return (await app.Services.GetRequiredService<SubscriberStore>()
            .FindAsync(app.Services.GetRequiredService<Identities>().Of(address), TestContext.Current.CancellationToken))!;
    }

    // Without what makes tables, reads the queues and sends: only what is asked over HTTP is counted.
    private Task<TestApp> StartAsync() => TestApp.StartAsync(azurite, services =>
    {
        foreach (var background in (Type[])[typeof(QueuePump), typeof(StoreCreation)])
            services.Remove(services.Single(service => service.ImplementationType == background));
        services.AddSingleton(known => new Store(
            new TableServiceClient(azurite.ConnectionString, RawRows.AddTo(new TableClientOptions { Transport = counting })),
            new QueueServiceClient(azurite.ConnectionString, new QueueClientOptions { Transport = counting }),
            known.GetRequiredService<Names>()));
    });
}
