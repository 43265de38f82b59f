using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SendGridEmulator.Events;

/// <summary>Where events go, and the key that signs them.</summary>
internal sealed class Webhook : IDisposable
{
    public const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature";
    public const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    private readonly ECDsa key;

    public Webhook(EmulatorOptions options)
    {
        Url = options.WebhookUrl;
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (options.WebhookPrivateKey is { } given)
            key.ImportPkcs8PrivateKey(Convert.FromBase64String(given), out _);
        else if (options.DataFolder is { } folder)
            KeepIn(folder);
    }

    public Uri? Url { get; set; }

    /// <summary>Base64 SPKI, as SendGrid shows it.</summary>
    public string PublicKey => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <summary>Base64 DER over the timestamp and the raw body.</summary>
    public string Sign(string timestamp, ReadOnlySpan<byte> body)
    {
        var signed = new byte[Encoding.ASCII.GetByteCount(timestamp) + body.Length];
        body.CopyTo(signed.AsSpan(Encoding.ASCII.GetBytes(timestamp, signed)));
        return Convert.ToBase64String(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    public HttpRequestMessage Post(Uri url, byte[] body, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(SignatureHeader, Sign(timestamp, body));
        request.Headers.Add(TimestampHeader, timestamp);
        return request;
    }

    public void Dispose() => key.Dispose();

    private void KeepIn(string folder)
    {
        var path = Path.Combine(folder, "webhook.key");
        if (File.Exists(path))
        {
            key.ImportPkcs8PrivateKey(Convert.FromBase64String(File.ReadAllText(path)), out _);
            return;
        }

        Directory.CreateDirectory(folder);
        // Written aside and moved, so that a crash leaves no half of a key.
        var aside = path + ".new";
        File.WriteAllText(aside, Convert.ToBase64String(key.ExportPkcs8PrivateKey()));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(aside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(aside, path);
    }
}
