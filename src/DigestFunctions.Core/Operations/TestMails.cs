using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Operations;

/// <summary>What a test sends: an issue's digest or reminder, as one who chose so gets it.</summary>
internal sealed record TestMail(SlotKind Kind, IssueId Issue, Language Language, TipChoice Choice);

/// <summary>What came of a test.</summary>
internal abstract record TestOutcome
{
    private TestOutcome()
    {
    }

    internal sealed record Sent : TestOutcome;

    internal sealed record Suppressed : TestOutcome;

    /// <summary>Why not, by what the provider says.</summary>
    internal sealed record NotSent(string Why) : TestOutcome;
}

/// <summary>
/// Sends one mail to an operator's own address, at once. Its links are good for nobody: pressing them changes nothing. No event of it counts.
/// </summary>
internal sealed class TestMails(
    MailRenderer renderer, Calendar calendar, LinkTokens tokens, Identities identities, SuppressionTable suppressions, IMailProvider provider, AuditLog audit)
{
    public RenderedMail Render(TestMail test)
    {
        var tip = calendar.TipOf(test.Issue, test.Choice);
        return test.Kind == SlotKind.Digest ? renderer.Digest(test.Language, tip, test.Issue) : renderer.Reminder(test.Language, tip, test.Issue);
    }

    public async Task<TestOutcome> SendAsync(TestMail test, EmailAddress to, Operator by, CancellationToken cancellation)
    {
        var id = identities.Of(to);
        if (await suppressions.FindAsync(id, cancellation) is { Suppression.Reason: not null })
            return new TestOutcome.Suppressed();
        var link = tokens.Write(new LinkToken(LinkPurpose.Mail, default, Generation: 0));
        var recipient = new Recipient(to, default, test.Language, link, $"test:{Guid.NewGuid():n}", "test")
        {
            Practised = 3,
        };
        await audit.AddAsync(by, AuditAction.SentTest, id.ToString(), $"{test.Kind} of {test.Issue} in {test.Language}", cancellation);
        // Not cut short: an answer that is waited for is an answer that is known.
        var outcome = await provider.SendAsync(new OutgoingMail(Render(test), "test", FromList: true, [recipient]), CancellationToken.None);
        return outcome switch
        {
            SendOutcome.Taken => new TestOutcome.Sent(),
            SendOutcome.NotTaken notTaken => new TestOutcome.NotSent(notTaken.Why),
            SendOutcome.NotAllowed notAllowed => new TestOutcome.NotSent(notAllowed.Why),
            SendOutcome.BadRecipients bad => new TestOutcome.NotSent(bad.Why),
            SendOutcome.RefusedUnnamed refused => new TestOutcome.NotSent(refused.Why),
            SendOutcome.Refused refused => new TestOutcome.NotSent(refused.Why),
            SendOutcome.Unknown unknown => new TestOutcome.NotSent($"Nobody can know whether it went: {unknown.Why}"),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
        };
    }
}
