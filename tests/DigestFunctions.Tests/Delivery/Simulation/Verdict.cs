using Azure.Data.Tables;
using DigestFunctions.Core.Delivery;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>What must hold when a world has come to rest, whatever happened in it.</summary>
internal static class Verdict
{
    // From the last look at who has left, which comes before the claim is written, to the call.
    private static readonly Duration HandingOver = Duration.FromSeconds(30);

    /// <summary>What is wrong, if something is.</summary>
    public static async Task<string?> FaultInAsync(World world)
    {
        if (world.Faults is [var fault, ..])
            return fault.ToString();
        var rows = await world.Plain.Deliveries.QueryAsync<TableEntity>($"PartitionKey eq '{World.Run}'").ToListAsync();
        var batches = rows.Where(row => row.RowKey.Split('|').Length > 2).Select(BatchRow.Read).Where(batch => batch.State is not BatchState.Halved).ToList();
        return Enumerable.Range(1, World.Everyone).Select(number => FaultOf(world, batches, number)).FirstOrDefault(fault => fault is not null);
    }

    private static string? FaultOf(World world, List<Batch> batches, int number)
    {
        var (id, address) = (People.Id(number), People.AddressText(number));
        var received = world.Provider.Delivered.Where(mail => mail.Mail.Recipients.Any(to => to.Address.ToString() == address)).ToList();
        if (received.Count > 1)
            return $"{number} received it {received.Count} times.";
        if (world.LeftAt.TryGetValue(number, out var leftAt) && received.Any(mail => mail.CalledAt > leftAt + HandingOver))
            return $"{number} had left, and it was handed over.";

        var hers = batches.Where(batch => batch.Members.Contains(id)).ToList();
        if (hers.Count > 1)
            return $"{number} is in {hers.Count} batches.";
        if (hers.Count == 0)
            return world.Leaving.Contains(number) ? null : $"{number} is in no batch.";
        return FaultOf(world, hers[0], number, received.Count);
    }

    private static string? FaultOf(World world, Batch batch, int number, int received)
    {
        var index = batch.Members.ToList().IndexOf(People.Id(number));
        var isAbsent = BatchRow.AttemptOf(batch.State)?.Absent[index] == true;
        var isRefused = batch.Out[index];
        if (isRefused)
            return People.AddressText(number) == world.Provider.BadAddress ? null : $"{number} was refused for nothing.";
        if (isAbsent)
            return world.Leaving.Contains(number) ? null : $"{number} was absent, and hadn't left.";
        return batch.State switch
        {
            BatchState.Accepted or BatchState.Proven => received == 1 ? null : $"{number} was accepted, and received nothing.",
            BatchState.Held when world.EventsCome && received == 1 => $"{number} is held, though events came.",
            BatchState.Held => null,
            BatchState.Late or BatchState.Empty => received == 0 ? null : $"{number} is {batch.State}, and received it.",
            _ => $"{number} has come to no end: {batch.State}.",
        };
    }
}
