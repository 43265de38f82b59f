using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using DigestFunctions.Core.Web;
using DigestFunctions.Tests.Delivery;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>That her copy holds everything: whatever is changed in what we keep changes the copy.</summary>
public sealed class DataExportTests(SharedAzurite azurite)
{
    private static readonly IReadOnlyList<(string What, Func<Subscriber, Subscriber> Change)> Changes =
    [
        ("address", her => her with { Address = People.Address(2) }),
        ("name", her => her with { Preferences = her.Preferences with { Name = PersonName.FromStore("Mina") } }),
        ("language", her => her with { Preferences = her.Preferences with { Language = Language.Korean } }),
        ("weekday", her => her with { Preferences = her.Preferences with { Weekday = IsoDayOfWeek.Friday } }),
        ("areas", her => her with { Preferences = her.Preferences with { Tips = her.Preferences.Tips with { Focus = Focus.Of(Area.Self) } } }),
        ("energy", her => her with { Preferences = her.Preferences with { Tips = her.Preferences.Tips with { Energy = Energy.Gentle } } }),
        ("reminders", her => her with { Preferences = her.Preferences with { Reminders = new ReminderChoice(DaySet.Of(IsoDayOfWeek.Friday), her.Preferences.Time) } }),
        ("state", her => her with { State = new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")) }),
        ("times of before", her => her with { History = History.None.After(her.State, SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W45"))) }),
        ("pause", her => her with { State = SubscriberState.Active.In(Slots.Tuesday, Slots.Issue("2026-W52")) with { Pause = new Pause(new LocalDate(2026, 12, 20), Slots.Issue("2026-W49")) } }),
        ("consent's text", her => her with { Consent = her.Consent with { Asked = new ConsentText(Language.English, "No.") } }),
        ("consent asked", her => her with { Consent = her.Consent with { AskedAt = TestApp.Start - Duration.FromHours(2) } }),
        ("consent given", her => her with { Consent = her.Consent with { GivenAt = null } }),
        ("network", her => her with { Consent = her.Consent with { FromHash = "abc" } }),
        ("moved", her => her with { Consent = her.Consent with { MovedAt = TestApp.Start } }),
        ("imported", her => her with { Consent = her.Consent with { ImportedAt = TestApp.Start } }),
        ("check-ins", her => her with { CheckIns = CheckIns.None.With(Slots.Issue("2026-W48"), CheckInAnswer.Tried) }),
        ("reminded once", her => her with { RemindOnce = new OneReminder(new LocalDate(2026, 12, 4), Slots.Issue("2026-W49")) }),
        ("asked to confirm", her => her with { ConfirmsAsked = [TestApp.Start] }),
        ("reminded to confirm", her => her with { ConfirmReminded = true }),
        ("links asked for", her => her with { LinksAsked = [new AskedLink(OwedMailKind.Data, TestApp.Start)] }),
        ("new address", her => her with { NewAddress = new AddressChange(People.Address(2), TestApp.Start) }),
        ("mail owed", her => her with { Owed = new OwedMail(OwedMailKind.Welcome) }),
    ];

    [Fact]
    public async Task Whatever_is_kept_is_in_it()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        sending.App.Time.Stop();
        var her = People.Active(1, Slots.Tuesday);
        var copy = await CopyAsync(her);

        Assert.Equal(copy, await CopyAsync(her));
        foreach (var (what, change) in Changes)
            Assert.False(copy == await CopyAsync(change(her)), what);

        async Task<string> CopyAsync(Subscriber subscriber) => Convert.ToHexString(
            await sending.Get<DataExport>().WriteAsync(subscriber, Language.English, TestContext.Current.CancellationToken));
    }
}
