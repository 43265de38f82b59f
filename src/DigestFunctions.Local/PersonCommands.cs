using System.CommandLine;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Local;

/// <summary><c>suppress</c>, <c>release</c> and <c>erase</c>: what is done with one person, by her address.</summary>
internal static class PersonCommands
{
    public static IEnumerable<Command> All() =>
    [
        Create("suppress", "Takes an address out, whether or not anybody is subscribed with it: it gets no mail until it is released.", asksWhy: true, async (people, address, why, cancellation) =>
            await people.SuppressAsync(CommandSession.By, (await people.FindAsync(address, cancellation)).Id, why, cancellation)
                ? (ExitStatus.Done, "Suppressed.")
                : (ExitStatus.Done, "It was suppressed already.")),
        Create("release", "Lifts a suppression, at SendGrid too: who was suppressed can sign up again, and isn't subscribed by that.", asksWhy: true, async (people, address, why, cancellation) =>
            await people.ReleaseAsync(CommandSession.By, address, why, cancellation) switch
            {
                ReleaseOutcome.Released => (ExitStatus.Done, "Released. Whoever it is can sign up again."),
                ReleaseOutcome.NotSuppressed => (ExitStatus.Done, "It isn't suppressed."),
                ReleaseOutcome.ProviderIsAway => (ExitStatus.Failed, "SendGrid couldn't be told, and would go on dropping mail to it. Nothing was lifted: try again later."),
                _ => (ExitStatus.Attention, "Something was reported of it just now. Nothing was lifted: look at it first."),
            }),
        Create("erase", "Erases a subscriber, as she could herself. A suppression stays, which holds no address.", asksWhy: false, async (people, address, _, cancellation) =>
            await people.EraseAsync(CommandSession.By, (await people.FindAsync(address, cancellation)).Id, cancellation)
                ? (ExitStatus.Done, "Erased.")
                : (ExitStatus.Done, "There is nothing of that address here.")),
    ];

    private static Command Create(
        string name, string description, bool asksWhy, Func<ByHand, EmailAddress, string, CancellationToken, Task<(int Status, string Said)>> act)
    {
        var address = new Argument<string>("address") { Description = "An e-mail address." };
        address.Validators.Add(result =>
        {
            if (!EmailAddress.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError("That is no e-mail address.");
        });
        var why = new Option<string>("--reason") { Description = "Why; stands in the audit log, and so holds no address.", Required = true };
        why.Validators.Add(result =>
        {
            if (!ByHand.IsReason(result.GetValueOrDefault<string>()))
                result.AddError($"--reason takes up to {ByHand.LongestReason} characters, without an address.");
        });
        return StoreCommand.Create(name, description, asksWhy ? [address, why] : [address], async (session, parsed, cancellation) =>
        {
            _ = EmailAddress.TryParse(parsed.GetValue(address), out var whose);
            var (status, said) = await act(session.Get<ByHand>(), whose, asksWhy ? parsed.GetValue(why)! : "", cancellation);
            await session.Output.AnswerAsync(new { said }, output => output.WriteLineAsync(said));
            return status;
        });
    }
}
