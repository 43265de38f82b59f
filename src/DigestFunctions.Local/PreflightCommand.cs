using System.CommandLine;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Local;

/// <summary><c>preflight</c>: whether this and the coming week's mail can be sent.</summary>
internal static class PreflightCommand
{
    public static Command Create() => StoreCommand.Create(
        "preflight", "Looks whether this and the coming week's mail can be sent: renders all of it and asks the provider. Changes nothing.", [], (session, _, cancellation) => RunAsync(session, cancellation));

    public static async Task<int> RunAsync(CommandSession session, CancellationToken cancellation)
    {
        var checks = await session.Get<Preflight>().RunAsync(cancellation);
        await session.Output.AnswerAsync(
            checks.Select(check => new { check.Name, Result = check.Result.ToKey(), check.Words }),
            async output =>
            {
                foreach (var check in checks)
                    await output.WriteLineAsync($"{check.Result.ToKey(),-8} {check.Name}: {check.Words}");
                await output.WriteLineAsync(Preflight.Verdict(checks));
            });
        return checks.Any(check => check.Result == CheckResult.Bad) ? ExitStatus.Failed
            : checks.Any(check => check.Result == CheckResult.Doubtful) ? ExitStatus.Attention
            : ExitStatus.Done;
    }
}
