using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Storage;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class QueueFunctions(RangeWorker ranges, SingleMailWorker mails, Underway underway)
{
    [Function(nameof(SendRange))]
    public Task SendRange(
        [QueueTrigger(Names.RangesQueue, Connection = Names.Connection)] string message, CancellationToken cancellationToken) =>
        underway.RunAsync(cancellation => ranges.HandleAsync(message, cancellation), cancellationToken);

    [Function(nameof(SendMail))]
    public Task SendMail(
        [QueueTrigger(Names.MailsQueue, Connection = Names.Connection)] string message, CancellationToken cancellationToken) =>
        underway.RunAsync(cancellation => mails.HandleAsync(message, cancellation), cancellationToken);
}
