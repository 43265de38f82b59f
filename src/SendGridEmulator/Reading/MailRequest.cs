using System.Runtime.InteropServices;
using SendGridEmulator.Api;

namespace SendGridEmulator.Reading;

internal enum RecipientKind : byte
{
    To,
    Cc,
    Bcc,
}

/// <summary>
/// Where a personalization stands in the request's bytes, and what is asked of it without reading it again.
/// The hash of the custom argument <c>key</c> is 0 where there is none.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PersonalizationPart(int Start, int Length, long? SendAt, ulong KeyHash, int KeyStart, int KeyLength);

/// <summary>One message: one recipient of one personalization, at an index of its to, cc or bcc.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecipientPart(int Personalization, RecipientKind Kind, int Index, ulong AddressHash, NamedBehaviour Behaviour);

/// <summary>What one pass over a request found: its parts, and everything that SendGrid would refuse in it.</summary>
internal sealed class MailRequest
{
    public List<PersonalizationPart> Personalizations { get; } = [];

    public List<RecipientPart> Recipients { get; } = [];

    public List<ApiError> Errors { get; } = [];

    public string? BatchId { get; set; }

    /// <summary>Unix seconds, for personalizations that don't say otherwise.</summary>
    public long? SendAt { get; set; }

    public bool Sandbox { get; set; }

    public long? SendAtOf(int recipient) => Personalizations[Recipients[recipient].Personalization].SendAt ?? SendAt;
}
