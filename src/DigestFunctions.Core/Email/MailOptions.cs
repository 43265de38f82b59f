namespace DigestFunctions.Core.Email;

/// <summary>Section <c>Mail</c>: what every mail says of who sends it.</summary>
internal sealed record MailOptions
{
    public string FromAddress { get; init; } = "";

    public string FromName { get; init; } = "";

    public string ReplyTo { get; init; } = "";

    /// <summary>The sender's postal address, which the law of many countries asks of list mail.</summary>
    public string PostalAddress { get; init; } = "";

    /// <summary>The <c>List-Id</c> of RFC 2919, such as <c>Empathy Digest &lt;digest.example.org&gt;</c>.</summary>
    public string ListId { get; init; } = "";
}

/// <summary>The address that people reach the service at; ends in a slash.</summary>
internal sealed record PublicAddress(Uri BaseUrl);
