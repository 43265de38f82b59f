namespace SendGridEmulator.Mail;

/// <summary>Reads the journal at the start, then asks again and again what is due.</summary>
internal sealed class MailroomService(
    EmulatorOptions options, Journal journal, Mailroom mailroom, Batches batches, Suppressions suppressions) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (entry, body) in journal.Replay())
        {
            mailroom.Replay(entry, body);
            batches.Replay(entry);
            suppressions.Replay(entry);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.DueCheckInterval);
        while (!stoppingToken.IsCancellationRequested)
        {
            mailroom.Settle();
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
