using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>What a subscriber was asked, in her language. The version follows from the text: it can't be forgotten.</summary>
internal sealed record ConsentText(Language Language, string Text)
{
    public string Version { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)).AsSpan(0, 4));
}

/// <summary>
/// The evidence of an opt-in: what was asked and when, from which network (hashed with the identity
/// secret), and when it was given, if it was. Who moved gave it at another address, and at this one said that it
/// goes on here. Of one who was imported, the text is what the operator's file says of how it was given.
/// </summary>
internal sealed record Consent(ConsentText Asked, Instant AskedAt, string FromHash, Instant? GivenAt, Instant? MovedAt = null)
{
    /// <summary>When an operator brought her in by a file, if one did.</summary>
    public Instant? ImportedAt { get; init; }

    /// <summary>Whether it is the operator's file that says so. One whom the file had asked by mail gave it here, after that.</summary>
    public bool IsByFile => ImportedAt is not null && GivenAt == AskedAt;

    /// <summary>Since when she is a subscriber of ours; null while she is not.</summary>
    public Instant? CameAt => IsByFile ? ImportedAt : GivenAt;
}
