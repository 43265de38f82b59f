using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DigestFunctions.Core.Subscribers;

/// <summary>The queue message that says: this subscriber may be owed a mail. <c>1|ID</c>; 1 is the version.</summary>
internal readonly record struct MailMessage(SubscriberId Subscriber)
{
    private const string Version = "1";

    public static bool TryParse([NotNullWhen(true)] string? text, out MailMessage message)
    {
        message = default;
        if (text?.Split('|') is not [Version, var id] || !SubscriberId.TryParse(id, out var subscriber))
            return false;
        message = new MailMessage(subscriber);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}|{Subscriber}");
}
