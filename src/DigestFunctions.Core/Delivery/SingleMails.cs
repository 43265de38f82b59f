using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Delivery;

/// <summary>Writes each kind of mail to one person alone.</summary>
internal sealed class SingleMails(
    MailRenderer renderer, TipLibrary tips, Calendar calendar, LinkTokens tokens, Identities identities, WeeklyRule rule, TimeProvider time)
{
    // What comes of the mail to a new address is about who has that.
    public SubscriberId ToWhom(Subscriber subscriber, OwedMailKind kind) =>
        kind == OwedMailKind.NewAddress && subscriber.NewAddress is { Address: var address } ? identities.Of(address) : subscriber.Id;

    public OutgoingMail Write(Subscriber subscriber, OwedMailKind kind)
    {
        var issue = subscriber.Owed?.Issue ?? WeeklyRule.ThisIssue(subscriber, subscriber.Consent.GivenAt ?? subscriber.Consent.AskedAt);
        var (category, purpose) = kind switch
        {
            OwedMailKind.Confirm => ("confirm", LinkPurpose.Confirm),
            OwedMailKind.ConfirmReminder => ("confirm-reminder", LinkPurpose.Confirm),
            OwedMailKind.Link => ("link", LinkPurpose.Mail),
            OwedMailKind.Data => ("data", LinkPurpose.Data),
            OwedMailKind.NewAddress => ("new-address", LinkPurpose.Address),
            OwedMailKind.AddressTold => ("address-told", LinkPurpose.Mail),
            _ => ("welcome", LinkPurpose.Mail),
        };
        var change = kind == OwedMailKind.NewAddress ? subscriber.NewAddress : null;
        var asked = subscriber.Owed?.Since ?? (subscriber.ConfirmsAsked is [.., var last] ? last : subscriber.Consent.AskedAt);
        var recipient = new Recipient(
            change?.Address ?? subscriber.Address,
            subscriber.Preferences.Name,
            subscriber.Preferences.Language,
            tokens.Write(new LinkToken(purpose, subscriber.Id, change?.Number ?? subscriber.Generation)),
            category == "welcome" ? $"welcome:{issue}" : $"{category}:{asked}",
            $"{category}/{ToWhom(subscriber, kind)}");
        return new OutgoingMail(Content(subscriber, kind, issue), category, FromList: category == "welcome", [recipient]);
    }

    private RenderedMail Content(Subscriber subscriber, OwedMailKind kind, IssueId issue)
    {
        var (preferences, asked, now) = (subscriber.Preferences, subscriber.Consent.AskedAt, time.Now);
        return kind switch
        {
            OwedMailKind.Confirm => renderer.Confirm(preferences, asked),
            OwedMailKind.ConfirmReminder => renderer.ConfirmReminder(preferences, asked, subscriber.ConfirmUntil),
            OwedMailKind.Link => renderer.Link(preferences),
            OwedMailKind.Data => renderer.DataLink(preferences, now + LinkTokens.DataLifetime),
            OwedMailKind.NewAddress => renderer.NewAddress(preferences, now + LinkTokens.AddressLifetime),
            OwedMailKind.AddressTold => renderer.AddressTold(preferences, subscriber.State is SubscriberState.Moved { At: var at } ? at : now),
            OwedMailKind.Welcome => renderer.Welcome(preferences, tips[calendar.TipOf(issue, preferences.Tips), preferences.Language], issue, rule.NextDigest(subscriber, now)),
            _ => renderer.Welcome(preferences, tip: null, issue, rule.NextDigest(subscriber, now)),
        };
    }
}
