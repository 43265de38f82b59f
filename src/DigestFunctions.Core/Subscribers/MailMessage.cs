using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// The queue message that says: this subscriber may be owed a mail. <c>1|ID</c>; 1 is the version. With <c>1|ID|link</c>
/// somebody gave her address for a link that was lost: whether there is anybody of that id is for the worker to find out,
/// so that who asks can't tell, not even by the time that it takes.
/// </summary>
internal readonly record struct MailMessage(SubscriberId Subscriber, bool LostLink = false)
{
    private const string Version = "1";
    private const string Link = "link";

    public static bool TryParse([NotNullWhen(true)] string? text, out MailMessage message)
    {
        message = default;
        if (text?.Split('|') is not [Version, var id, .. { Length: <= 1 } rest]
            || !SubscriberId.TryParse(id, out var subscriber)
            || rest is [not Link])
        {
            return false;
        }

        message = new MailMessage(subscriber, rest.Length > 0);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}|{Subscriber}{(LostLink ? "|" + Link : "")}");
}
