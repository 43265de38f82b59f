using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Email;

/// <summary>
/// Holds this process back while the operator has paused all sending, and while the provider pushes back, is away, or
/// refuses our key: what isn't handed over stays planned, where after a lost answer nobody would know. What mends an
/// outage's harm goes straight through.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="isPaused">Whether the operator has; doesn't fail.</param>
/// <param name="note">Is told why the provider refused a mail for our key or sender, and null for one that it took.</param>
/// <param name="lookAgain">After how long to ask again whether it is still so, if that isn't the usual.</param>
internal sealed partial class GuardedProvider(
    IMailProvider inner,
    Func<CancellationToken, ValueTask<bool>> isPaused,
    TimeProvider time,
    ILogger<GuardedProvider> logger,
    Func<string?, Task>? note = null,
    Duration? lookAgain = null) : IMailProvider
{
    private readonly Pass.Wait paused = new("The operator has paused all sending.", lookAgain ?? SendingSwitch.UsualFreshness);
    private readonly ProviderGate gate = new(time);

    public static GuardedProvider Create(IServiceProvider services) => new(
        SendGridProvider.Create(services),
        services.GetRequiredService<SendingSwitch>().IsPausedAsync,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<GuardedProvider>>(),
        services.GetRequiredService<SendingRefusals>().NoteAsync,
        services.GetRequiredService<SendingSwitch>().Freshness);

    public async Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation) => await EnterAsync(batchId: null, cancellation) switch
    {
        Pass.Wait wait => new BatchIdOutcome.NotGiven(wait.Why, wait.For),
        var pass => await CallAsync(pass, () => inner.NewBatchIdAsync(cancellation), SignOf),
    };

    public async Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation) => await EnterAsync(mail.BatchId, cancellation) switch
    {
        Pass.Wait wait => new SendOutcome.NotTaken(wait.Why, wait.For),
        var pass => await NoteAsync(await CallAsync(pass, () => inner.SendAsync(mail, cancellation), SignOf)),
    };

    public void Unused(string batchId)
    {
        gate.Unused(batchId);
        inner.Unused(batchId);
    }

    public Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation) => inner.CancelAsync(batchId, cancellation);

    public Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation) => inner.FindCancellationAsync(batchId, cancellation);

    public Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation) => inner.TryForgetCancellationAsync(batchId, cancellation);

    public Task<bool> TrySuppressAsync(EmailAddress address, CancellationToken cancellation) => inner.TrySuppressAsync(address, cancellation);

    public Task<bool> TryReleaseAsync(EmailAddress address, CancellationToken cancellation) => inner.TryReleaseAsync(address, cancellation);

    public Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation) => inner.ProbeAsync(cancellation);

    private async Task<SendOutcome> NoteAsync(SendOutcome outcome)
    {
        if (note is not null && outcome is SendOutcome.Taken or SendOutcome.NotAllowed)
            await note((outcome as SendOutcome.NotAllowed)?.Why);
        return outcome;
    }

    private async Task<Pass> EnterAsync(string? batchId, CancellationToken cancellation)
    {
        if (await isPaused(cancellation))
            return paused;
        var pass = gate.Enter(batchId);
        if (pass is not Pass.ProbeFirst { Turn: var turn })
            return pass;
        pass = gate.Probed(turn, await OrAbandonAsync(turn, () => inner.ProbeAsync(cancellation)), out var change);
        Tell(change);
        return pass;
    }

    private async Task<T> CallAsync<T>(Pass pass, Func<Task<T>> call, Func<T, ProviderSign> signOf)
    {
        var go = (Pass.Go)pass;
        var outcome = await OrAbandonAsync(go.Turn, call);
        Tell(gate.Answered(go, signOf(outcome)));
        return outcome;
    }

    private async Task<T> OrAbandonAsync<T>(int turn, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch
        {
            gate.Abandoned(turn);
            throw;
        }
    }

    private static ProviderSign SignOf(BatchIdOutcome outcome) => outcome switch
    {
        BatchIdOutcome.Given given => new ProviderSign.BatchGiven(given.Id),
        BatchIdOutcome.NotGiven { KeyRefused: true } refused => new ProviderSign.KeyRefused(refused.Why),
        BatchIdOutcome.NotGiven { RetryAfter: { } wait } => new ProviderSign.LeaveAlone(wait.ToTimeSpan()),
        BatchIdOutcome.NotGiven failed => new ProviderSign.Failed(failed.Why, IsLost: false),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private static ProviderSign SignOf(SendOutcome outcome) => outcome switch
    {
        SendOutcome.NotAllowed refused => new ProviderSign.KeyRefused(refused.Why),
        SendOutcome.NotTaken { RetryAfter: { } wait } => new ProviderSign.LeaveAlone(wait.ToTimeSpan()),
        SendOutcome.NotTaken failed => new ProviderSign.Failed(failed.Why, IsLost: false),
        SendOutcome.Unknown unknown => new ProviderSign.Failed(unknown.Why, IsLost: true),
        _ => new ProviderSign.Answered(),
    };

    private void Tell(GateChange? change)
    {
        switch (change)
        {
            case GateChange.Away away:
                ProviderAway(away.Pause, away.Why);
                break;
            case GateChange.Back:
                ProviderBack();
                break;
            case GateChange.KeyRefused refused:
                KeyRefused(refused.Why);
                break;
            case GateChange.KeyWorks:
                KeyWorks();
                break;
        }
    }

    [LoggerMessage(402, LogLevel.Warning, "The provider is away: nothing is sent, and it is asked again in {Pause}: {Why}")]
    private partial void ProviderAway(TimeSpan pause, string why);

    [LoggerMessage(403, LogLevel.Information, "The provider is back.")]
    private partial void ProviderBack();

    [LoggerMessage(404, LogLevel.Error, "SendGrid refuses what we send: nothing is sent until SendGrid:ApiKey is right, and the sender verified. {Why}")]
    private partial void KeyRefused(string why);

    [LoggerMessage(405, LogLevel.Information, "SendGrid takes mail again: sending goes on.")]
    private partial void KeyWorks();
}
