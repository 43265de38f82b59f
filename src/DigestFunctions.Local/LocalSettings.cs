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
        if (!File.Exists(path))
        {
            var made = new Dictionary<string, string>
            {
                ["Identity:Secret"] = Secrets.New(),
                ["Links:Secret"] = $"1:{Secrets.New()}",
            };
            await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(made), cancellation);
            File.Move(path + ".new", path);
        }

        return JsonSerializer.Deserialize<Dictionary<string, string?>>(await File.ReadAllTextAsync(path, cancellation))!;
    }
}
