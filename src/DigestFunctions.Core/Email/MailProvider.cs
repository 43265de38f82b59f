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
}

/// <summary>What came of asking for a batch id.</summary>
internal abstract record BatchIdOutcome
{
    private BatchIdOutcome()
    {
    }

    internal sealed record Given(string Id) : BatchIdOutcome;

    /// <summary>No matter why: nothing has been sent.</summary>
    internal sealed record NotGiven(string Why, Duration? RetryAfter) : BatchIdOutcome;
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
    internal sealed record NotTaken(string Why, Duration? RetryAfter) : SendOutcome;

    /// <summary>It refused, with any other 4xx. The reason names status and fields, and no address.</summary>
    internal sealed record Refused(int Status, string Why) : SendOutcome;

    /// <summary>Nobody can know: a 5xx, a lost answer, a time-out.</summary>
    internal sealed record Unknown(string Why) : SendOutcome;
}

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
    EmailAddress Address, PersonName Name, Language Language, string Token, string Key, string Reference);
