using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Web.Operate;

namespace DigestFunctions.Core;

/// <summary>Finds what is missing or doubtful in settings that don't stop the start: people can leave and confirm all the same.</summary>
internal static class HalfConfigured
{
    public static SettingGaps Of(SendGridOptions sendGrid, OperateKeys operate, PublicAddress address, MailOptions mail) => new(
    [
        .. SendingKey(sendGrid),
        .. Sender(sendGrid, mail),
        .. Events(sendGrid),
        .. Operators(operate),
        .. Links(address),
    ]);

    private static IEnumerable<SettingGap> SendingKey(SendGridOptions sendGrid)
    {
        if (sendGrid.ApiKey.Length == 0)
            yield return Of(SendGridOptions.KeySetting, sendGrid.KeyReference, "No mail can be sent: there is no key for SendGrid.", "Set SendGrid:ApiKey and start anew.");
    }

    // The emulator minds no sender.
    private static IEnumerable<SettingGap> Sender(SendGridOptions sendGrid, MailOptions mail)
    {
        if (mail.IsExample && !sendGrid.BaseUrl.IsLoopback)
            yield return new SettingGap("Mail:FromAddress", "Mail comes from an example address, which SendGrid refuses.", "Set Mail:FromAddress to one of a domain that SendGrid has authenticated, and start anew.");
    }

    private static IEnumerable<SettingGap> Events(SendGridOptions sendGrid)
    {
        if (sendGrid.WebhookPublicKey.Length == 0)
            yield return Of(SendGridOptions.WebhookKeySetting, sendGrid.WebhookKeyReference, "SendGrid's events don't reach us: no delivery is proven, and no bounce or complaint suppresses anybody.", "Set up the signed event webhook and SendGrid:WebhookPublicKey.");
    }

    private static IEnumerable<SettingGap> Operators(OperateKeys operate)
    {
        if (!operate.IsSet)
            yield return Of("Operate:Key", operate.Reference, "The operator's pages are closed to everybody.", "Set Operate:Key (the command keys new makes one) and start anew.");
    }

    private static IEnumerable<SettingGap> Links(PublicAddress address)
    {
        if (address.IsUnprotected)
            yield return new SettingGap("Links:BaseUrl", "Links:BaseUrl has no TLS: whoever is on the way reads the links in mails and the operator's cookie, and mail programs offer no one-click unsubscribing.", "Serve it by https, and set Links:BaseUrl so.");
    }

    private static SettingGap Of(string setting, string? reference, string what, string remedy) => reference is { } unresolved
        ? new SettingGap(setting, $"{what} {VaultReference.Say(setting, unresolved)}", VaultReference.Remedy)
        : new SettingGap(setting, what, remedy);
}
