using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>What the tests of going to another address begin with, and look at.</summary>
internal static class Moves
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Sending> StartMovesAsync(this SharedAzurite azurite, params Subscriber[] subscribers)
    {
        var sending = await Sending.StartWithoutPumpAsync(azurite);
        foreach (var subscriber in subscribers)
            await AddAsync(sending, subscriber);
        return sending;
    }

    public static EmailAddress NewAddress(int number)
    {
        Assert.True(EmailAddress.TryParse($"new{number}@example.com", out var address));
        return address;
    }

    public static Subscriber Moving(int number, Slot? slot = null) =>
        Named(number, slot ?? Slots.Tuesday) with { NewAddress = new AddressChange(NewAddress(number), TestApp.Start) };

    public static Subscriber Named(int number, Slot slot)
    {
        Assert.True(PersonName.TryParse("Mina", out var name));
        var active = People.Active(number, slot);
        return active with { Preferences = active.Preferences with { Name = name } };
    }

    public static Subscriber At(Sending sending, int number, SubscriberState state) => Named(100 + number, Slots.Friday) with
    {
        Id = sending.Get<Identities>().Of(NewAddress(number)),
        Address = NewAddress(number),
        State = state,
    };

    public static LinkToken Token(int number, AddressChange change) => new(LinkPurpose.Address, People.Id(number), change.Number);

    public static Task<ChangeOutcome> ConfirmAsync(Sending sending, int number) =>
        sending.Get<AddressChanges>().ConfirmAsync(Token(number, new AddressChange(NewAddress(number), TestApp.Start)), Cancellation);

    public static Task<Subscriber?> ThereAsync(Sending sending, int number) =>
        sending.Get<SubscriberStore>().FindAsync(sending.Get<Identities>().Of(NewAddress(number)), Cancellation);

    public static Task HandleAsync(Sending sending, int number) =>
        sending.Get<SingleMailWorker>().HandleAsync(new MailMessage(People.Id(number)).ToString(), Cancellation);

    public static Task<Suppression> SuppressAsync(Sending sending, SuppressionReason reason) => sending.Get<SuppressionTable>().AddAsync(
        sending.Get<Identities>().Of(NewAddress(1)), Suppression.Of(reason, TestApp.Start, "said"), Cancellation);

    public static async Task<IEnumerable<SubscriberId>> InScheduleAsync(Sending sending) =>
        (await sending.EntriesAsync()).Select(found => found.Entry.Id).ToList();

    public static async Task AddAsync(Sending sending, Subscriber subscriber)
    {
        await sending.Store.AddAsync(subscriber);
        await sending.Get<ScheduleEntries>().AgreeAsync(subscriber.Id, [], Cancellation);
    }
}
