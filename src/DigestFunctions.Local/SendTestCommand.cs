using System.CommandLine;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;

namespace DigestFunctions.Local;

/// <summary><c>send-test</c>: one mail to one's own address.</summary>
internal static class SendTestCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "Who gets it: an address of your own." };
        var issue = new Option<string>("--issue") { Description = "An ISO week, such as 2026-W48; without it, the present one.", DefaultValueFactory = _ => IssueId.Of(SystemClock.Instance.GetCurrentInstant(), DateTimeZone.Utc).ToString() };
        var language = new Option<string>("--language") { Description = "en or ko.", DefaultValueFactory = _ => "en" };
        var kind = new Option<string>("--kind") { Description = "digest or reminder.", DefaultValueFactory = _ => SlotKind.Digest.ToKey() };
        return StoreCommand.Create("send-test", "Sends one mail to an address, as a subscriber gets it.", [address, issue, language, kind], (session, parsed, cancellation) => RunAsync(
            session, parsed.GetValue(address)!, parsed.GetValue(issue)!, parsed.GetValue(language)!, parsed.GetValue(kind)!, cancellation));
    }

    public static async Task<int> RunAsync(
        CommandSession session, string addressText, string issueText, string languageText, string kindText, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(addressText, out var address))
            throw new LocalProblemException($"'{addressText}' is not an e-mail address.");
        if (!IssueId.TryParse(issueText, out var issue))
            throw new LocalProblemException($"'{issueText}' is not a week such as 2026-W48.");
        if (!Language.TryParse(languageText, out var language) || !session.Get<TipLibrary>().Languages.Contains(language))
            throw new LocalProblemException($"There are no tips in '{languageText}'.");
        if (!EnumKeys.TryParse(kindText, out SlotKind kind))
            throw new LocalProblemException("--kind takes digest or reminder.");
        var outcome = await session.Get<TestMails>().SendAsync(new TestMail(kind, issue, language, TipChoice.Usual), address, CommandSession.By, cancellation);
        var words = outcome switch
        {
            TestOutcome.Sent => "SendGrid has taken it.",
            TestOutcome.Suppressed => "Nothing was sent: the address is suppressed.",
            TestOutcome.NotSent(var why) => $"Nothing was sent: {why}",
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
        await session.Output.AnswerAsync(new { Sent = outcome is TestOutcome.Sent, Words = words }, output => output.WriteLineAsync(words));
        return outcome is TestOutcome.Sent ? ExitStatus.Done : ExitStatus.Failed;
    }
}
