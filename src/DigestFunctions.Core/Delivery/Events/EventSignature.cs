using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Email;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>
/// Whether a post is the provider's: ECDSA on P-256 with SHA-256 over the timestamp and the raw body,
/// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features.
/// </summary>
/// <remarks>
/// How old the timestamp is isn't asked. The provider posts again for a day, whether under a new timestamp it
/// doesn't say, and a clock that is wrong would cost us events; a post that someone kept and posts again changes
/// nothing, since events are only ever added.
/// </remarks>
internal sealed class EventSignature(SendGridOptions options)
{
    public const string Header = "X-Twilio-Email-Event-Webhook-Signature";
    public const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    // The longest DER of two numbers of 256 bits is 72 bytes.
    private const int MaxLength = 72;

    /// <summary>Whether there is a key at all: without one, nothing is believed.</summary>
    public bool IsSetUp => options.WebhookPublicKey.Length > 0;

    public static bool IsKey(string text)
    {
        using var key = ECDsa.Create();
        return TryImport(key, text);
    }

    public bool IsGood(string signature, string timestamp, ReadOnlySpan<byte> body)
    {
        Span<byte> der = stackalloc byte[MaxLength];
        if (signature.Length > Base64.GetMaxEncodedToUtf8Length(MaxLength)
            || !Convert.TryFromBase64String(signature, der, out var length))
        {
            return false;
        }

        // One for each post: they come a few times a minute, and an instance is for one thread.
        using var key = ECDsa.Create();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hash.AppendData(body);
        return TryImport(key, options.WebhookPublicKey)
            && key.VerifyHash(hash.GetHashAndReset(), der[..length], DSASignatureFormat.Rfc3279DerSequence);
    }

    private static bool TryImport(ECDsa key, string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);
            key.ImportSubjectPublicKeyInfo(bytes, out var read);
            return read == bytes.Length && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;
        }
        catch (Exception bad) when (bad is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
