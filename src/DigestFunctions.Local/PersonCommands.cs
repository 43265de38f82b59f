using System.CommandLine;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Local;

/// <summary><c>suppress</c>, <c>release</c> and <c>erase</c>: what is done with one person, by her address. What can't be undone is asked first.</summary>
internal static class PersonCommands
{
    public static IEnumerable<Command> All() =>
    [
        Create("suppress", "Takes an address out, whether or not anybody is subscribed with it: it gets no mail until it is released.", async (people, address, why, cancellation) =>
            await people.SuppressAsync(CommandSession.By, people.IdOf(address), why, cancellation) switch
            {
                { IsTold: false } => (ExitStatus.Attention, "Suppressed, but SendGrid couldn't be told: what was handed over before may still arrive. Give the command again later, and it is told once more."),
                { IsNew: true } => (ExitStatus.Done, "Suppressed."),
                _ => (ExitStatus.Done, "It was suppressed already."),
            }),
        Create("release", "Lifts a suppression, at SendGrid too: who was suppressed can sign up again, and isn't subscribed by that.", async (people, address, why, cancellation) =>
            await people.ReleaseAsync(CommandSession.By, address, why, cancellation) switch
            {
                ReleaseOutcome.Released => (ExitStatus.Done, "Released. Whoever it is can sign up again."),
                ReleaseOutcome.NotSuppressed => (ExitStatus.Done, "It isn't suppressed."),
                ReleaseOutcome.ProviderIsAway => (ExitStatus.Failed, "SendGrid couldn't be told, and would go on dropping mail to it. Nothing was lifted: try again later."),
                _ => (ExitStatus.Attention, "Something was reported of it just now. Nothing was lifted: look at it first."),
            }),
        Erase(),
    ];

    /// <summary>Whether a person who is asked, and sees it, says yes. Where nobody can be asked, it has to be said by the command.</summary>
    public static async Task<bool> AgreesAsync(bool isTerminal, TextReader input, TextWriter output, CancellationToken cancellation)
    {
        if (!isTerminal)
            throw new LocalProblemException("Nothing was erased: it can't be undone, and here nobody can be asked. Say --yes to erase without being asked.");
        await output.WriteAsync("Erase all that is held of this address? It can't be undone. [y/N] ");
        await output.FlushAsync(cancellation);
        // Beside this: the console's own reading doesn't end when it is cancelled.
        var answer = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellation);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static Command Erase()
    {
        var yes = new Option<bool>("--yes") { Description = "Erase without being asked; wanted where there is no terminal." };
        var address = Address();
        return StoreCommand.Create("erase", "Erases a subscriber, as she could herself; asks first. A suppression stays, which holds no address.", [address, yes], async (session, parsed, cancellation) =>
        {
            if (!parsed.GetValue(yes) && !await AgreesAsync(!Console.IsInputRedirected && !Console.IsErrorRedirected, Console.In, Console.Error, cancellation))
                return await SayAsync(session, ExitStatus.Failed, "Nothing was erased.");
            var people = session.Get<ByHand>();
            _ = EmailAddress.TryParse(parsed.GetValue(address), out var whose);
            return await people.EraseAsync(CommandSession.By, (await people.FindAsync(whose, cancellation)).Id, cancellation)
                ? await SayAsync(session, ExitStatus.Done, "Erased.")
                : await SayAsync(session, ExitStatus.Done, "There is nothing of that address here.");
        });
    }

    private static Command Create(
        string name, string description, Func<ByHand, EmailAddress, string, CancellationToken, Task<(int Status, string Said)>> act)
    {
        var address = Address();
        var why = new Option<string>("--reason") { Description = "Why; stands in the audit log, and so holds no address.", Required = true };
        why.Validators.Add(result =>
        {
            if (!ByHand.IsReason(result.GetValueOrDefault<string>()))
                result.AddError($"--reason takes up to {ByHand.LongestReason} characters, without an address.");
        });
        return StoreCommand.Create(name, description, [address, why], async (session, parsed, cancellation) =>
        {
            _ = EmailAddress.TryParse(parsed.GetValue(address), out var whose);
            var (status, said) = await act(session.Get<ByHand>(), whose, parsed.GetValue(why)!, cancellation);
            return await SayAsync(session, status, said);
        });
    }

    private static Argument<string> Address()
    {
        var address = new Argument<string>("address") { Description = "An e-mail address." };
        address.Validators.Add(result =>
        {
            if (!EmailAddress.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError("That is no e-mail address.");
        });
        return address;
    }

    private static async Task<int> SayAsync(CommandSession session, int status, string said)
    {
        await session.Output.AnswerAsync(new { said }, output => output.WriteLineAsync(said));
        return status;
    }
}
