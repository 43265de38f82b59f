using System.CommandLine;
using DigestFunctions.Core.Operations;

namespace DigestFunctions.Local;

/// <summary><c>rebuild-schedule</c>: writes the schedule anew from the subscribers.</summary>
internal static class RebuildCommand
{
    public static Command Create() => StoreCommand.Create(
        "rebuild-schedule", "Writes the schedule anew from the subscribers.", [], (session, _, cancellation) => RunAsync(session, cancellation));

    public static async Task<int> RunAsync(CommandSession session, CancellationToken cancellation)
    {
        var counts = await session.Get<ScheduleRebuild>().RunAsync(cancellation);
        await session.Get<AuditLog>().AddAsync(CommandSession.By, AuditAction.RebuiltSchedule, "", $"{counts.Written} written, {counts.Removed} removed, {counts.LeftAlone} left alone", CancellationToken.None);
        await session.Output.AnswerAsync(counts, async output =>
        {
            await output.WriteLineAsync($"Entries written anew of {counts.Written} subscribers, removed of {counts.Removed}; next run of {counts.Recomputed} slots put right.");
            if (counts.LeftAlone > 0)
                await output.WriteLineAsync($"{counts.LeftAlone} subscribers were left alone, since a run of a slot of theirs isn't settled: run it again later.");
        });
        return counts.LeftAlone > 0 ? ExitStatus.Attention : ExitStatus.Done;
    }
}
