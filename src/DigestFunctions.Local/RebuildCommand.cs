using System.CommandLine;
using DigestFunctions.Core.Operations;
using static System.FormattableString;

namespace DigestFunctions.Local;

/// <summary><c>rebuild-schedule</c>: makes the schedule what the subscribers say.</summary>
internal static class RebuildCommand
{
    private const string Stopping = "Stopping.";

    public static Command Create() => StoreCommand.Create(
        "rebuild-schedule",
        "Writes the schedule anew from the subscribers, where it isn't what they say. Can be stopped, and run again: it goes on where it was.",
        [],
        (session, _, cancellation) => RunAsync(session, cancellation));

    public static async Task<int> RunAsync(CommandSession session, CancellationToken cancellation)
    {
        var audit = session.Get<AuditLog>();
        await audit.AddAsync(CommandSession.By, AuditAction.RebuiltSchedule, "", "begun", cancellation);
        RebuildCounts counts;
        try
        {
            counts = await ProgressLine.ShowAsync<RebuildProgress, RebuildCounts>(
                Words, Stopping, progress => session.Get<ScheduleRebuild>().RunAsync(progress, cancellation), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped: nothing is lost. Run the same command again, and it goes on; what is right by then is left.");
            return ExitStatus.Stopped;
        }

        await audit.AddAsync(
            CommandSession.By, AuditAction.RebuiltSchedule, "", Invariant($"done: {counts.Written} written, {counts.Removed} removed, {counts.LeftAlone} left alone"), CancellationToken.None);
        await session.Output.AnswerAsync(counts, async output =>
        {
            await output.WriteLineAsync(Invariant($"Entries of {counts.Right:N0} subscribers were right, written anew of {counts.Written:N0}, removed of {counts.Removed:N0}; next run of {counts.Recomputed:N0} slots put right."));
            if (counts.LeftAlone > 0)
                await output.WriteLineAsync(Invariant($"{counts.LeftAlone:N0} subscribers were left alone, since a run of a slot of theirs isn't settled: run it again later."));
        });
        return counts.LeftAlone > 0 ? ExitStatus.Attention : ExitStatus.Done;
    }

    private static string Words(RebuildProgress progress) => progress.Stage switch
    {
        RebuildStage.ReadingEntries => Invariant($"Reading the schedule: {progress.Done:N0} entries"),
        _ => Invariant($"Rebuilding: {progress.Done:N0} subscribers"),
    };
}
