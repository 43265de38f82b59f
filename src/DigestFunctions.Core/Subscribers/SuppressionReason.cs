namespace DigestFunctions.Core.Subscribers;

/// <summary>Why a subscriber must not be mailed. Stored by name.</summary>
internal enum SuppressionReason
{
    /// <summary>There is no such mailbox.</summary>
    Bounced,

    /// <summary>She told her mail program that our mail is spam.</summary>
    Complained,

    /// <summary>She left by a link of the provider's. The only one from which she can come back by herself.</summary>
    Unsubscribed,

    /// <summary>Her mail server refused our mail for several issues in a row.</summary>
    Blocked,

    /// <summary>The provider refuses her address.</summary>
    Refused,

    /// <summary>The operator took her out, and can let her in again.</summary>
    ByOperator,
}
