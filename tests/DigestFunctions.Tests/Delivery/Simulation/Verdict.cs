using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>What must hold when a world has come to rest, whatever happened in it.</summary>
internal static class Verdict
{
    // From the last look at who has left, which comes before the claim is written, to the call.
    private static readonly Duration HandingOver = Duration.FromSeconds(30);

    // When calm comes by then, there is time enough before the tolerance is over to find out all that is unknown.
    private static Duration InTime(SlotKind kind) => kind == SlotKind.Digest ? Duration.FromHours(20) : Duration.FromHours(1);

    /// <summary>What is wrong, if something is.</summary>
    public static async Task<string?> FaultInAsync(World world)
    {
        if (world.Faults is [var fault, ..])
            return fault.ToString();
        var batches = new List<Batch>();
        foreach (var run in world.Runs)
        {
            var rows = await world.Plain.Deliveries.QueryAsync<TableEntity>($"PartitionKey eq '{run}'").ToListAsync();
            batches.AddRange(rows.Where(row => row.RowKey.Split('|').Length > 2).Select(BatchRow.Read).Where(batch => batch.State is not BatchState.Halved));
        }

        return await DisagreementAsync(world)
            ?? Enumerable.Range(1, World.Everyone).Select(number => FaultOf(world, batches, number)).FirstOrDefault(fault => fault is not null);
    }

    // What was cut in two tables, the sweep has mended.
    private static async Task<string?> DisagreementAsync(World world)
    {
        var rows = await world.Plain.Schedule.QueryAsync<TableEntity>((string?)null).ToListAsync();
        var entries = rows.Where(row => row.RowKey != ScheduleEntries.Changed).Select(FoundEntry.Read).ToLookup(entry => entry.Id, entry => $"{entry.Placement} {entry.Reads}");
        await foreach (var found in new SubscriberStore(world.Plain).AllAsync(CancellationToken.None))
        {
            var subscriber = found.Subscriber!;
            var placements = subscriber.Placements.Select(placement => $"{placement} {ScheduleEntry.Of(subscriber, placement).Reads}").ToList();
            if (!entries[subscriber.Id].ToHashSet().SetEquals(placements))
                return $"{subscriber.Address} is to be in {string.Join(", ", placements)}, and is in {string.Join(", ", entries[subscriber.Id])}.";
        }

        return null;
    }

    private static string? FaultOf(World world, List<Batch> batches, int number) =>
        FaultOf(world, batches, number, SlotKind.Digest, goneAt: null, world.Crowd.MayBeMissed(number))
        ?? (world.Reminds
            ? FaultOf(world, batches, number, SlotKind.Reminder, world.Crowd.LeftInPeaceAt(number), world.Crowd.MayBeLeftInPeace(number))
            : null);

    private static string? FaultOf(World world, List<Batch> batches, int number, SlotKind kind, Instant? goneAt, bool mayBeMissed)
    {
        var (id, address) = (People.Id(number), People.AddressText(number));
        var received = world.Provider.Delivered
            .SelectMany(mail => mail.Mail.Recipients.Where(to => to.Address.ToString() == address).Select(to => (mail.CalledAt, to.Reference)))
            .Where(mail => mail.Reference.StartsWith(kind == SlotKind.Digest ? "digest|" : "reminder|", StringComparison.Ordinal)).ToList();
        if (received.Count > 1)
            return $"{number} received the {kind} {received.Count} times.";
        if (Earlier(world.Crowd.GoneAt(number), goneAt) is { } gone && received.Any(mail => mail.CalledAt > gone + HandingOver))
            return $"{number} had gone or answered, and the {kind} was handed over.";

        var isDue = false;
        foreach (var hers in batches.Where(batch => batch.Run.Slot.Kind == kind && batch.Members.Contains(id)).GroupBy(batch => batch.Run).Select(run => run.ToList()))
        {
            if (hers.Count > 1)
                return $"{number} is in {hers.Count} batches.";
            var isStopped = batches.Any(batch => batch.Run == hers[0].Run && batch.State is BatchState.Blocked);
            var count = received.Count(mail => mail.Reference.StartsWith($"{hers[0].Run}/", StringComparison.Ordinal));
            if (FaultOf(world, hers[0], isStopped, number, count) is { } fault)
                return fault;
            isDue |= !IsAbsent(hers[0], hers[0].Members.ToList().IndexOf(id));
        }

        return isDue || mayBeMissed || address == world.Provider.BadAddress ? null : $"{number} was missed by the {kind}, and nothing says so.";
    }

    private static Instant? Earlier(Instant? one, Instant? other) => one is { } first && other is { } second ? Instant.Min(first, second) : one ?? other;

    private static string? FaultOf(World world, Batch batch, bool isStopped, int number, int received)
    {
        var index = batch.Members.ToList().IndexOf(People.Id(number));
        if (batch.Out[index])
            return People.AddressText(number) == world.Provider.BadAddress ? null : $"{number} was refused for nothing.";
        if (IsAbsent(batch, index))
            return received == 0 ? null : $"{number} was absent, and received it.";
        return batch.State switch
        {
            BatchState.Accepted or BatchState.Proven => received == 1 ? null : $"{number} was accepted, and received nothing.",
            BatchState.Held when world.EventsCome && received == 1 => $"{number} is held, though events came.",
            BatchState.Held => null,
            BatchState.Blocked when !IsForOne(world, batch) => $"{number} is blocked for nothing.",
            BatchState.Late when !isStopped && world.CalmSince < batch.Run.Due + InTime(batch.Run.Slot.Kind) => $"{number} is late for nothing.",
            BatchState.Blocked or BatchState.Late or BatchState.Empty => received == 0 ? null : $"{number} is {batch.State}, and received it.",
            _ => $"{number} has come to no end: {batch.State}.",
        };
    }

    private static bool IsAbsent(Batch batch, int index) =>
        batch.State is BatchState.Empty || BatchRow.AttemptOf(batch.State)?.Absent[index] == true;

    // Whom the provider doesn't name it is taken for a fault of ours, where nobody else tells.
    private static bool IsForOne(World world, Batch batch) =>
        !world.Provider.NamesBad && batch.Members.Any(member => Enumerable.Range(1, World.Everyone)
            .Any(number => People.Id(number) == member && People.AddressText(number) == world.Provider.BadAddress));
}
