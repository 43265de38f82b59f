using System.Globalization;
using System.Text.Json;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Local;

/// <summary>What the settings are on one machine where nothing else is set.</summary>
internal static class LocalSettings
{
    public static async Task<Dictionary<string, string?>> DefaultsAsync(
        Workplace workplace, int port, CancellationToken cancellation)
    {
        var secrets = await SecretsAsync(workplace.InData("secrets.json"), cancellation);
        return new Dictionary<string, string?>(secrets)
        {
            ["Links:BaseUrl"] = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"),
            ["SendGrid:ApiKey"] = "SG.local",
            ["Mail:FromAddress"] = "digest@example.com",
            ["Mail:FromName"] = "Empathy Digest",
            ["Mail:ReplyTo"] = "hello@example.com",
            ["Mail:PostalAddress"] = "1 Example Street, Exampleton",
            ["Mail:ListId"] = "digest.example.com",
        };
    }

    // Made once: with other secrets, the ids and links of yesterday's data would be good for nothing.
    private static async Task<Dictionary<string, string?>> SecretsAsync(string path, CancellationToken cancellation)
    {
        await using var alone = await Exclusive.EnterAsync(path + ".lock", cancellation);
        var secrets = File.Exists(path)
            ? JsonSerializer.Deserialize<Dictionary<string, string?>>(await File.ReadAllTextAsync(path, cancellation))!
            : [];
        var made = secrets.TryAdd("Identity:Secret", Secrets.New())
            | secrets.TryAdd("Links:Secret", $"1:{Secrets.New()}")
            | secrets.TryAdd("Operate:Key", Secrets.New());
        if (made)
        {
            await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(secrets), cancellation);
            File.Move(path + ".new", path, overwrite: true);
        }

        return secrets;
    }
}
