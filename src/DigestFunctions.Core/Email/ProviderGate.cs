using NodaTime;

namespace DigestFunctions.Core.Email;

/// <summary>
/// When the provider may be called, by how it answered: three failures in a row shut the gate, for longer each
/// time; then one caller probes, and one sends for trial. Decides and never calls.
/// </summary>
internal sealed class ProviderGate(TimeProvider time)
{
    private const int FailuresInARow = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(1);
    // Who tries may have died with it.
    private static readonly TimeSpan TrialLimit = TimeSpan.FromMinutes(2);
    // A trial is soon over.
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly long start = time.GetTimestamp();

    private State state;
    // Grows with every change of state: what comes of a call made before it no longer counts.
    private int turn;
    private int failures;
    // Grows with every failure that counts.
    private int counted;
    private TimeSpan until;
    private TimeSpan pause;
    private TimeSpan leftAloneUntil;
    private bool keyRefused;
    private string? trialBatch;

    private enum State
    {
        Open,
        Shut,
        Probing,
        Trial,
    }

    // Not by the clock on the wall, which may jump.
    private TimeSpan Now => time.GetElapsedTime(start);

    /// <summary>Asks whether to call now.</summary>
    /// <param name="batchId">Under which something is to be sent, if that is so.</param>
    public Pass Enter(string? batchId)
    {
        lock (gate)
        {
            var now = Now;
            if (now < leftAloneUntil)
                return Wait("The provider asked to be left alone for a while.", leftAloneUntil - now);
            if (state == State.Open || (state == State.Trial && batchId is not null && batchId == trialBatch))
                return new Pass.Go(turn, counted);
            if (now < until)
                return Away(state == State.Shut ? until - now : Min(Glance, until - now));
            Turn(State.Probing, now + TrialLimit);
            return new Pass.ProbeFirst(turn);
        }
    }

    /// <summary>What the probe found, and whether its caller may go on.</summary>
    public Pass Probed(int theirs, ProbeOutcome found, out GateChange? change)
    {
        lock (gate)
        {
            change = null;
            if (theirs != turn)
                return Away(Glance);
            if (found is ProbeOutcome.Well)
            {
                Turn(State.Trial, Now + TrialLimit);
                return new Pass.Go(turn, counted);
            }

            change = found is ProbeOutcome.KeyRefused refused ? ShutForKey(refused.Why) : ShutForOutage(((ProbeOutcome.Away)found).Why);
            return Away(until - Now);
        }
    }

    /// <summary>What came of a call.</summary>
    public GateChange? Answered(Pass.Go pass, ProviderSign sign)
    {
        lock (gate)
        {
            if (sign is ProviderSign.LeaveAlone alone)
                leftAloneUntil = Max(leftAloneUntil, Now + alone.For);
            if (pass.Turn != turn)
                return null;
            switch (sign)
            {
                case ProviderSign.KeyRefused refused:
                    return ShutForKey(refused.Why);
                case ProviderSign.Failed failed when state == State.Trial || Counts(failed, pass) && ++failures == FailuresInARow:
                    return ShutForOutage(failed.Why);
                case ProviderSign.BatchGiven given when state == State.Trial:
                    trialBatch = given.Id;
                    return null;
                // Who asks to be left alone is there.
                case ProviderSign.Answered or ProviderSign.LeaveAlone when state == State.Trial:
                    return Open();
                case ProviderSign.Answered:
                    failures = 0;
                    return null;
                default:
                    return null;
            }
        }
    }

    /// <summary>Nothing came of a call or probe, since its caller stopped: another may try at once.</summary>
    public void Abandoned(int theirs)
    {
        lock (gate)
        {
            if (theirs == turn && state is State.Probing or State.Trial)
                Turn(State.Shut, Now);
        }
    }

    /// <summary>Nothing is sent under an id that was given. If that was to be the trial, another may try at once.</summary>
    public void Unused(string batchId)
    {
        lock (gate)
        {
            if (state == State.Trial && batchId == trialBatch)
                Turn(State.Shut, Now);
        }
    }

    // What fails together fails for one reason, and counts once. Not so lost answers: each is a batch that may end Held.
    private bool Counts(ProviderSign.Failed failed, Pass.Go pass)
    {
        if (!failed.IsLost && pass.Counted != counted)
            return false;
        counted++;
        return true;
    }

    private GateChange.Away ShutForOutage(string why)
    {
        pause = pause == TimeSpan.Zero ? FirstPause : Min(pause * 2, LongestPause);
        Turn(State.Shut, Now + pause);
        return new GateChange.Away(why, pause);
    }

    private GateChange.KeyRefused? ShutForKey(string why)
    {
        Turn(State.Shut, Now + KeyPause);
        if (keyRefused)
            return null;
        keyRefused = true;
        return new GateChange.KeyRefused(why);
    }

    private GateChange Open()
    {
        GateChange change = keyRefused ? new GateChange.KeyWorks() : new GateChange.Back();
        (keyRefused, pause) = (false, TimeSpan.Zero);
        Turn(State.Open, TimeSpan.Zero);
        return change;
    }

    private void Turn(State next, TimeSpan end)
    {
        (state, until, trialBatch, failures) = (next, end, null, 0);
        turn++;
    }

    private Pass.Wait Away(TimeSpan wait) =>
        Wait(keyRefused ? "The provider refuses our key, and isn't asked for now." : "The provider is away, and isn't asked for now.", wait);

    private static Pass.Wait Wait(string why, TimeSpan wait) => new(why, Duration.FromTimeSpan(Max(wait, TimeSpan.FromSeconds(1))));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <summary>What who wants to call is told.</summary>
internal abstract record Pass
{
    private Pass()
    {
    }

    /// <param name="Turn">Of the gate, when it was passed.</param>
    /// <param name="Counted">The failures that counted by then.</param>
    internal sealed record Go(int Turn, int Counted) : Pass;

    internal sealed record ProbeFirst(int Turn) : Pass;

    internal sealed record Wait(string Why, Duration For) : Pass;
}

/// <summary>What a call says about how the provider is.</summary>
internal abstract record ProviderSign
{
    private ProviderSign()
    {
    }

    /// <summary>It answered to mail, whatever it thought of it.</summary>
    internal sealed record Answered : ProviderSign;

    /// <summary>Says little of whether mail can be sent; who tries goes on under this id.</summary>
    internal sealed record BatchGiven(string Id) : ProviderSign;

    /// <param name="Why">What happened.</param>
    /// <param name="IsLost">Nobody knows what became of what was sent.</param>
    internal sealed record Failed(string Why, bool IsLost) : ProviderSign;

    internal sealed record LeaveAlone(TimeSpan For) : ProviderSign;

    internal sealed record KeyRefused(string Why) : ProviderSign;
}

/// <summary>What an operator wants to know.</summary>
internal abstract record GateChange
{
    private GateChange()
    {
    }

    internal sealed record Away(string Why, TimeSpan Pause) : GateChange;

    internal sealed record Back : GateChange;

    internal sealed record KeyRefused(string Why) : GateChange;

    internal sealed record KeyWorks : GateChange;
}
