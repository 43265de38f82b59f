using System.Collections.Concurrent;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Delivery;

/// <summary>The provider's own list, as the second line behind ours.</summary>
public sealed class ProviderListTests(SharedAzurite azurite)
{
    private const string Mina = "mina@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leaving_puts_her_on_it_and_signing_up_again_takes_her_off_before_the_mail()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");

        using var left = await app.PostAsync(leave);
        await app.EventuallyAsync(() => IsListedAsync(app), "her on the list");
        app.SetTime(TestApp.Start + Duration.FromHours(1));
        using var asked = await app.SubscribeAsync(Mina);
        await app.WaitForMailAsync(Mina, "confirm", count: 2);

        Assert.False(await IsListedAsync(app));
    }

    [Fact]
    public async Task Undoing_it_takes_her_off_again()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var leave = (await app.JoinAsync(Mina)).Link("unsubscribe");

        using var left = await app.PostAsync(leave);
        await app.EventuallyAsync(() => IsListedAsync(app), "her on the list");
        using var undone = await app.PressAsync(leave);

        await app.EventuallyAsync(async () => !await IsListedAsync(app), "her off the list");
    }

    [Fact]
    public async Task Who_never_confirmed_is_not_put_on_it()
    {
        await using var sending = await Sending.StartAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Tuesday) with { State = new SubscriberState.Pending(null) });

        await sending.Get<Subscriptions>().LeaveAsync(People.Token(1), Cancellation);
        await sending.App.IdleAsync();

        Assert.Empty(sending.Provider.Suppressed);
    }

    [Theory]
    [InlineData(nameof(OwedMailKind.ProviderSuppression))]
    [InlineData(nameof(OwedMailKind.ProviderRelease))]
    public async Task What_the_provider_did_not_do_is_tried_for_a_day_and_then_given_up(string kind)
    {
        await using var sending = await OwedAsync(Enum.Parse<OwedMailKind>(kind));
        sending.Provider.OnList = () => Task.FromResult(false);

        await HandleAsync(sending);
        sending.App.SetTime(sending.Now + Duration.FromHours(23));
        await HandleAsync(sending);
        Assert.Null((await FindAsync(sending)).Owed!.Claim);

        sending.App.SetTime(sending.Now + Duration.FromHours(2));
        await HandleAsync(sending);
        Assert.Null((await FindAsync(sending)).Owed);
        Assert.Contains(sending.App.Log.All, line => line.StartsWith("Error 227", StringComparison.Ordinal));
        Assert.Empty(sending.Provider.Calls);
    }

    [Fact]
    public async Task A_process_that_died_in_the_call_costs_only_its_claim()
    {
        await using var sending = await OwedAsync(OwedMailKind.ProviderSuppression);
        sending.Provider.OnList = () => throw new InvalidOperationException("killed");
        await Assert.ThrowsAsync<InvalidOperationException>(() => HandleAsync(sending));

        sending.Provider.OnList = () => Task.FromResult(true);
        sending.App.SetTime(sending.Now + Duration.FromMinutes(3));
        await HandleAsync(sending);

        Assert.Single(sending.Provider.Suppressed);
        Assert.Null((await FindAsync(sending)).Owed);
    }

    [Fact]
    public async Task The_newest_wish_is_the_last_that_the_provider_hears()
    {
        await using var sending = await OwedAsync(OwedMailKind.ProviderSuppression);
        var underWay = new ConcurrentQueue<string>();
        sending.Provider.OnList = async () =>
        {
            underWay.Enqueue("in");
            if (underWay.Count == 1)
            {
                // She undoes it while the call is under way, and her wish waits.
                await sending.Get<Subscriptions>().RejoinAsync(People.Token(1), Cancellation);
                await HandleAsync(sending);
            }

            underWay.Enqueue("out");
            return true;
        };

        await HandleAsync(sending);
        await HandleAsync(sending);
        await sending.App.EventuallyAsync(async () => (await FindAsync(sending)).Owed is null, "nothing owed");

        Assert.Equal(["in", "out", "in", "out"], underWay);
        Assert.Empty(sending.Provider.Suppressed);
    }

    [Fact]
    public async Task A_confirmation_waits_for_her_release_and_not_for_ever()
    {
        await using var sending = await Sending.StartAsync(azurite);
        sending.Provider.OnList = () => Task.FromResult(false);
        var known = People.Active(1, Slots.Tuesday, OwedMailKind.Confirm);
        await sending.Store.AddAsync(known with
        {
            State = new SubscriberState.Pending(Slots.Issue("2026-W49")),
            Consent = known.Consent with { AskedAt = sending.Now },
        });

        await HandleAsync(sending);
        Assert.Empty(sending.Provider.Calls);
        Assert.Equal(OwedMailKind.Confirm, (await FindAsync(sending)).Owed?.Kind);

        sending.App.SetTime(sending.Now + ProviderList.ConfirmWaits);
        await HandleAsync(sending);
        Assert.Single(sending.Provider.TakenAddresses);
    }

    private async Task<Sending> OwedAsync(OwedMailKind kind)
    {
        var sending = await Sending.StartAsync(azurite);
        var known = People.Active(1, Slots.Tuesday);
        await sending.Store.AddAsync(known with
        {
            State = kind == OwedMailKind.ProviderSuppression ? new SubscriberState.Left(sending.Now, Slots.Issue("2026-W50")) : known.State,
            Owed = new OwedMail(kind, Since: sending.Now),
        });
        return sending;
    }

    private static Task HandleAsync(Sending sending) =>
        sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(1)).ToString(), Cancellation);

    private static async Task<Subscriber> FindAsync(Sending sending) =>
        (await sending.Get<SubscriberStore>().FindAsync(People.Id(1), Cancellation))!;

    private static async Task<bool> IsListedAsync(TestApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"v3/asm/suppressions/global/{Mina}", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", "SG.test");
        using var answer = await app.Provider.SendAsync(request, Cancellation);
        return (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation)).Contains(Mina, StringComparison.Ordinal);
    }
}
