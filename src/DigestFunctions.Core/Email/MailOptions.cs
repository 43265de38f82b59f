namespace DigestFunctions.Core.Email;

/// <summary>What every mail says about who sends it: the section <c>Mail</c> of the settings.</summary>
internal sealed record MailOptions
{
    public required string FromAddress { get; init; }

    /// <summary>Whether that is an address of the domain for examples (RFC 2606), which is nobody's.</summary>
    public bool IsExample => FromAddress.EndsWith("@example.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>The sender's name, in the mail's From and in its text.</summary>
    public required string FromName { get; init; }

    /// <summary>Where answers go; empty for <see cref="FromAddress"/>.</summary>
    public required string ReplyTo { get; init; }

    /// <summary>Where the sender can be written to by post, on one line: the law of many countries asks for it.</summary>
    public required string PostalAddress { get; init; }

    /// <summary>The list's name without angle brackets, such as <c>digest.example.org</c> (RFC 2919).</summary>
    public required string ListId { get; init; }
}
