namespace DigestFunctions.Core.Email;

/// <summary>Section <c>SendGrid</c>. Without a key nothing is sent.</summary>
internal sealed record SendGridOptions
{
    public const string KeySetting = "SendGrid:ApiKey";
    public const string WebhookKeySetting = "SendGrid:WebhookPublicKey";

    public string ApiKey { get; init; } = "";

    /// <summary>What the setting holds instead of a key, where that is a reference that could not be resolved; so for the webhook's.</summary>
    public string? KeyReference { get; init; }

    public string? WebhookKeyReference { get; init; }

    /// <summary>The API's address: the EU's is another, and so is the emulator's.</summary>
    public Uri BaseUrl { get; init; } = PublicApi;

    /// <summary>Checks the provider's events (base64 SPKI, as its settings page shows it); empty where they aren't set up.</summary>
    public string WebhookPublicKey { get; init; } = "";

    public static readonly Uri PublicApi = new("https://api.sendgrid.com");
}
