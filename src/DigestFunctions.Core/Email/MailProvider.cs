using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Email;

/// <summary>The mail provider: the seam at which tests put faults.</summary>
internal interface IMailProvider
{
    /// <summary>A fresh id, by which what is sent under it can be cancelled.</summary>
    Task<BatchIdOutcome> NewBatchIdAsync(CancellationToken cancellation);

    /// <summary>Hands a mail over to up to 1,000 recipients by one call, and says what came of it. Never tries twice.</summary>
    Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellation);

    /// <summary>Nothing is sent under an id that was given, and whoever waits for what becomes of that needn't.</summary>
    void Unused(string batchId)
    {
    }

    /// <summary>Cancels what was sent under a batch id, and what still comes under it. Asks afterwards where the answer doesn't say.</summary>
    Task<CancelOutcome> CancelAsync(string batchId, CancellationToken cancellation);

    /// <summary>Whether a batch id is cancelled; changes nothing.</summary>
    Task<CancelOutcome> FindCancellationAsync(string batchId, CancellationToken cancellation);

    /// <summary>Gives a cancellation back, of which the provider allows ten at a time. False if that may not have been done.</summary>
    Task<bool> TryForgetCancellationAsync(string batchId, CancellationToken cancellation);

    /// <summary>Has the provider drop all mail to an address, also what it holds already. False if that may not have been done.</summary>
    Task<bool> TrySuppressAsync(EmailAddress address, CancellationToken cancellation);

    /// <summary>Takes that back. False if it may not have been done.</summary>
    Task<bool> TryReleaseAsync(EmailAddress address, CancellationToken cancellation);

    /// <summary>Asks whether the provider is there and knows our key; changes nothing.</summary>
    Task<ProbeOutcome> ProbeAsync(CancellationToken cancellation);
}

/// <summary>What came of a cancellation, or of asking for it.</summary>
internal abstract record CancelOutcome
{
    private CancelOutcome()
    {
    }

    internal sealed record Cancelled : CancelOutcome;

    /// <summary>By the provider's own word: ten are in use, say.</summary>
    internal sealed record NotCancelled(string Why) : CancelOutcome;

    /// <summary>Nobody can know.</summary>
    internal sealed record Unknown(string Why) : CancelOutcome;
}

/// <summary>How the provider is.</summary>
internal abstract record ProbeOutcome
{
    private ProbeOutcome()
    {
    }

    /// <param name="Scopes">What the key may do, by the provider's words.</param>
    internal sealed record Well(IReadOnlyList<string> Scopes) : ProbeOutcome;

    /// <summary>It is there and refuses our key (401, 403).</summary>
    internal sealed record KeyRefused(string Why) : ProbeOutcome;

    internal sealed record Away(string Why) : ProbeOutcome;
}

/// <summary>What came of asking for a batch id.</summary>
internal abstract record BatchIdOutcome
{
    private BatchIdOutcome()
    {
    }

    internal sealed record Given(string Id) : BatchIdOutcome;

    /// <summary>No matter why: nothing has been sent.</summary>
    /// <param name="RetryAfter">How long not to ask again, where somebody said so.</param>
    /// <param name="KeyRefused">Whether that is for our key (401, 403).</param>
    internal sealed record NotGiven(string Why, Duration? RetryAfter, bool KeyRefused = false) : BatchIdOutcome;
}

/// <summary>What came of a call to the provider. There is nothing else that can.</summary>
internal abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>The provider took it (202).</summary>
    internal sealed record Taken : SendOutcome;

    /// <summary>It certainly did not: 429, or a failure before the first byte of the body was sent.</summary>
    /// <param name="RetryAfter">How long not to send again, where somebody said so: always with a 429, never without an answer.</param>
    internal sealed record NotTaken(string Why, Duration? RetryAfter) : SendOutcome;

    /// <summary>It refused our key (401, 403): ours to mend, and nothing was taken.</summary>
    internal sealed record NotAllowed(int Status, string Why) : SendOutcome;

    /// <summary>It refused all for the sake of some (400), and named them. Nothing was taken.</summary>
    internal sealed record BadRecipients(IReadOnlyList<BadRecipient> Bad, string Why) : SendOutcome;

    /// <summary>It refused (400) and named no field. Nothing was taken.</summary>
    /// <param name="AboutRecipient">Whether its words are about an address: where the mail was to one person, about hers.</param>
    internal sealed record RefusedUnnamed(string Why, bool AboutRecipient) : SendOutcome;

    /// <summary>It refused, with any other 4xx, and the fault is ours. The reason names status and fields, and no address.</summary>
    internal sealed record Refused(int Status, string Why) : SendOutcome;

    /// <summary>Nobody can know: a 5xx, a lost answer, a time-out.</summary>
    internal sealed record Unknown(string Why) : SendOutcome;
}

/// <summary>One whom the provider will not send to, by her index among the recipients of the call, and its words.</summary>
internal readonly record struct BadRecipient(int Index, string Why);

/// <summary>One mail and who gets it.</summary>
/// <param name="Category">By which the provider counts, such as <c>digest</c>.</param>
/// <param name="FromList">Whether it is mail of the list, which every recipient can leave by one click from her mail program.</param>
/// <param name="BatchId">The provider's, where the mail can be cancelled.</param>
/// <param name="SendAt">When it is to leave; at once if null. At most 72 hours ahead.</param>
internal sealed record OutgoingMail(
    RenderedMail Content,
    string Category,
    bool FromList,
    IReadOnlyList<Recipient> Recipients,
    string? BatchId = null,
    Instant? SendAt = null);

/// <summary>One recipient, and what in her mail differs from the others'.</summary>
/// <param name="Token">Serves all the links of her mail.</param>
/// <param name="Key">The same however often this mail is tried: by it, doubles are found.</param>
/// <param name="Reference">Run, batch, attempt and her index: what the provider's events prove was taken.</param>
internal sealed record Recipient(
    EmailAddress Address, PersonName Name, Language Language, string Token, string Key, string Reference)
{
    /// <summary>In how many of the last four weeks she practised, where her mail says so.</summary>
    public int? Practised { get; init; }
}
