using System.Globalization;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>Subscribers and their entries, by number: the same number is the same person. Put into the tables as they are.</summary>
internal static class People
{
    public static string AddressText(int number) => string.Create(CultureInfo.InvariantCulture, $"person{number}@example.com");

    public static EmailAddress Address(int number)
    {
        Assert.True(EmailAddress.TryParse(AddressText(number), out var address));
        return address;
    }

    public static SubscriberId Id(int number) =>
        SubscriberId.Read(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, SubscriberId.ByteLength));

    public static ScheduleEntry Entry(int number, Language? language = null, string first = "2026-W40", string? last = null) => new(
        Id(number),
        Address(number),
        default,
        language ?? Language.English,
        Generation: 1,
        Slots.Issue(first),
        last is null ? null : Slots.Issue(last));

    public static IEnumerable<ScheduleEntry> Entries(int count) => Enumerable.Range(1, count).Select(number => Entry(number));

    public static Subscriber Active(int number, Slot slot, OwedMailKind? owed = null) => new(
        Id(number),
        Address(number),
        new Preferences(default, Language.English, slot.Zone, slot.Weekday, slot.Time),
        Generation: 1,
        new Consent(new ConsentText(Language.English, "Yes."), TestApp.Start, "", TestApp.Start),
        SubscriberState.Active.In(slot, Slots.Issue("2026-W40")),
        ConfirmsAsked: [],
        owed is { } kind ? new OwedMail(kind) : null,
        default(ETag));

    /// <summary>One who has been here for long, with her digest in the slot of <see cref="Slots.Tuesday"/>.</summary>
    public static Subscriber Long(int number)
    {
        var active = Active(number, Slots.Tuesday);
        var since = TestApp.Start - Duration.FromDays(60);
        return active with { Consent = active.Consent with { AskedAt = since, GivenAt = since } };
    }

    public static LinkToken Token(int number) => new(LinkPurpose.Mail, Id(number), Generation: 1);

    public static Task ScheduleAsync(this Store store, Slot slot, params IEnumerable<ScheduleEntry> entries) =>
        AddAsync(store.Schedule, entries.Select(entry => entry.Write(slot)));

    /// <summary>The rows of all entries.</summary>
    public static IAsyncEnumerable<TableEntity> EntryRowsAsync(this Store store) => store.Schedule
        .QueryAsync<TableEntity>(row => row.RowKey != ScheduleEntries.Changed, cancellationToken: TestContext.Current.CancellationToken);

    public static Task AddAsync(this Store store, params IEnumerable<Subscriber> subscribers) =>
        Task.WhenAll(subscribers.GroupBy(subscriber => subscriber.Id.Partition)
            .Select(partition => AddAsync(store.Subscribers, partition.Select(SubscriberRow.Write))));

    // All of one partition.
    private static async Task AddAsync(TableClient table, IEnumerable<TableEntity> rows)
    {
        foreach (var some in rows.Chunk(Store.TransactionSize))
        {
            await table.SubmitTransactionAsync(
                some.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                TestContext.Current.CancellationToken);
        }
    }
}
