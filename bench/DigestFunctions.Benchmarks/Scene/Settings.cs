namespace DigestFunctions.Benchmarks.Scene;

/// <summary>The service's settings in a benchmark. Secrets are made anew; nobody reads the links.</summary>
internal static class Settings
{
    /// <param name="store">A connection string; for a store in memory, any.</param>
    /// <param name="workers">How many messages are worked on at once.</param>
    /// <param name="webhookKey">Checks the provider's events; empty where none come.</param>
    public static Dictionary<string, string?> Of(string store, Uri provider, int workers, string webhookKey = "") => new()
    {
        ["Data"] = store,
        ["Identity:Secret"] = Core.Subscribers.Secrets.New(),
        ["Links:Secret"] = $"1:{Core.Subscribers.Secrets.New()}",
        ["Links:BaseUrl"] = "https://digest.example.org",
        ["SendGrid:BaseUrl"] = provider.ToString(),
        ["SendGrid:ApiKey"] = "SG.benchmark",
        ["SendGrid:WebhookPublicKey"] = webhookKey,
        ["Mail:FromAddress"] = "digest@example.com",
        ["Mail:FromName"] = "Empathy Digest",
        ["Mail:ReplyTo"] = "hello@example.com",
        ["Mail:PostalAddress"] = "1 Example Street, Exampleton",
        ["Mail:ListId"] = "digest.example.com",
        ["SignUp:MaxPerHour"] = Core.Subscribers.SignUpOptions.HighestMaxPerHour.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Delivery:MaxConcurrency"] = workers.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
