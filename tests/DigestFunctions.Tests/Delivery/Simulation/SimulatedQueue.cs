using Azure.Storage.Queues.Models;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>Hands the messages of a simulated world to its processes: some are lost, and some come again.</summary>
internal sealed class SimulatedQueue(World world, Choices choices)
{
    /// <summary>Lets a process receive a message; false if there is none.</summary>
    public async Task<bool> ReceiveAsync(SimulatedProcess process)
    {
        if ((await world.Plain.Ranges.ReceiveMessagesAsync(1, TimeSpan.FromSeconds(30))).Value is not [var message])
            return false;
        var text = QueueMessages.Decode(message.Body.ToString());
        var (isLost, comesAgain) = (choices.Rarely(12), choices.Rarely(6));
        world.Note($"{process.Name} {(isLost ? "loses" : "receives")} {text}");
        if (!isLost)
        {
            process.Start(async () =>
            {
                await process.Get<RangeWorker>().HandleAsync(text, CancellationToken.None);
                if (!comesAgain)
                    await DeleteAsync(message);
            });
        }
        else
        {
            await DeleteAsync(message);
        }

        return true;
    }

    private async Task DeleteAsync(QueueMessage message)
    {
        try
        {
            await world.Plain.Ranges.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }
        catch (Azure.RequestFailedException)
        {
            // Visible again by now, and perhaps another's.
        }
    }
}
