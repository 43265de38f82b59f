using System.Globalization;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations.Explaining;

/// <summary>An explanation in sentences that one can read out to whoever asks.</summary>
internal static class ExplainWords
{
    private const string Where = "https://app.sendgrid.com/email_activity";

    /// <summary>What is so now: who she is to us, since when, and what that means.</summary>
    public static IReadOnlyList<string> OfNow(Explanation explanation)
    {
        var lines = new List<string>();
        if (explanation.Subscriber is { } subscriber)
        {
            lines.AddRange(OfState(subscriber));
            lines.Add(OfConsent(subscriber.Consent));
            lines.Add(OfPreferences(subscriber.Preferences));
            if (subscriber.Owed is { } owed)
                lines.Add($"A mail is owed to her and will go as soon as it can: {owed.Kind}{(owed.Claim is { } claim ? $", being sent until {OperatorWords.Moment(claim.Until)}" : "")}.");
        }
        else
        {
            lines.Add("Nobody is subscribed with this address. She never was, or was erased, or didn't confirm within seven days.");
        }

        if (explanation.Suppression is { Reason: { } reason } suppression)
            lines.Add($"The address is suppressed since {OperatorWords.Moment(suppression.At)}: {Of(reason, suppression.Evidence)}");
        else if (explanation.Suppression is { Blocked.Length: > 0 } some)
            lines.Add($"Her mail server refused our mail of {string.Join(", ", some.Blocked)}. After three weeks in a row the address is suppressed.");
        if (explanation.Pause is { } pause)
            lines.Add($"All sending is paused since {OperatorWords.Moment(pause.Since)}, by {pause.By}: {Sentence.Ended(pause.Why)} What is due waits until somebody goes on, on the page Send.");
        return lines;
    }

    /// <summary>What became of one digest or reminder.</summary>
    public static string Of(RunExplained explained) => explained.Fate switch
    {
        Fate.InBatch batch => OfBatch(batch, explained.Run.Slot.Kind),
        Fate.Welcomed welcomed => $"She confirmed at {OperatorWords.Moment(welcomed.At)}. The welcome mail had this week's tip and counted as this digest.",
        Fate.NotYetDue => "Not yet due.",
        Fate.NotYetDecided planned => $"The run was planned at {OperatorWords.Moment(planned.PlannedAt)}, and who is in it is being decided.",
        Fate.RunLate => $"Not sent to anybody of this time: the service came more than {Tolerance(explained.Run.Slot.Kind)} late to it, and skipped it rather than send when it is of no use any more.",
        Fate.NotInRun when explained.Run.Slot.Kind == SlotKind.Reminder => "Not sent: when this run was decided, she wasn't to be reminded at this time. Days and times of reminders that she had before aren't kept.",
        Fate.NotInRun => "Not sent: when this run was decided, she wasn't in it. She came, moved here or came back after that, or had paused or left just before.",
        Fate.NoRun when explained.Run.Slot.Kind == SlotKind.Reminder => "There was no run at this time: nobody was to be reminded at it, or the service didn't run. Days and times of reminders that she had before aren't kept.",
        Fate.NoRun => "There was no run at this time: nobody was subscribed for it when it was to be planned, or the service didn't run.",
        Fate.BeforeFirst first => $"Not hers: as far as is kept, {first.First} is the first that she could get.",
        Fate.Paused paused => $"Not sent: she has paused until {paused.Until.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}.",
        Fate.WasAway { HadPaused: true } => "Not sent: she had paused then.",
        Fate.WasAway => "Not sent: she wasn't subscribed then. She had left, was suppressed or changed her address, and came back later. (If she confirmed in that week, the welcome mail counted.)",
        Fate.WithDigest => "Not sent: her digest comes at the same moment, and a reminder of it would be one mail too many.",
        Fate.Answered answered => $"Not sent: she has answered that {(answered.Answer == CheckInAnswer.Tried ? "she tried" : "it is too much to do")} what {answered.Practice} had, and is left in peace with it.",
        Fate.NotConfirmed => "Not sent: she has not confirmed.",
        Fate.BeforeComing came => $"Not hers: she came at {OperatorWords.Moment(came.At)}. If she was subscribed before that, nothing of it is kept.",
        Fate.AtOtherAddress moved => $"Not sent to this address: she had another one until {OperatorWords.Moment(moved.Until)}.",
        Fate.AfterLeaving left => $"Not sent: she left at {OperatorWords.Moment(left.At)}.",
        Fate.WhileSuppressed suppressed => $"Not sent: she is suppressed since {OperatorWords.Moment(suppressed.At)}.",
        Fate.Unreadable row => $"Nobody can tell: the row {row.Row} of the ledger can't be read. The log says more.",
        _ => throw new InvalidOperationException($"Unknown fate {explained.Fate.GetType().Name}."),
    };

    private static string OfBatch(Fate.InBatch batch, SlotKind kind) => batch switch
    {
        { IsOut: true } => "Not sent: SendGrid refused her address, and it was suppressed.",
        { IsAbsent: true, State: not BatchState.Planned } => Gone(kind),
        _ => OfState(batch, kind),
    };

    private static string OfState(Fate.InBatch batch, SlotKind kind) => batch.State switch
    {
        BatchState.Planned when batch.WhyStopped is { } why => $"Not sent yet: another batch of this run can't be sent, for a fault of ours, so all of it waits for an operator, on the page Held: {why}",
        BatchState.Planned { Why.Length: > 0 } planned => $"Waiting to be sent. Last time it could not be: {planned.Why}",
        BatchState.Planned => "Waiting to be sent.",
        BatchState.Claimed => "Being handed over to SendGrid now.",
        BatchState.Accepted accepted => $"SendGrid took it at {OperatorWords.Moment(accepted.At)}, to leave at {OperatorWords.Moment(accepted.Attempt.SendAt)}. {OfEvidence(batch.Evidence)}",
        BatchState.Proven proven => $"SendGrid took it, to leave at {OperatorWords.Moment(proven.Attempt.SendAt)}; its events prove that. {OfEvidence(batch.Evidence)}",
        BatchState.Unknown unknown => $"Nobody knows yet whether SendGrid took it ({unknown.Why}): it is being found out.",
        BatchState.Cancelling cancelling => $"Being taken back at SendGrid, to be sent anew ({cancelling.Why}).",
        BatchState.Held { IsLetBe: true } held => $"Nobody knows whether SendGrid took it, to leave at {OperatorWords.Moment(held.Attempt.SendAt)} ({held.Why}), and an operator has let it be: it isn't sent again. The audit log says who.",
        BatchState.Held held => $"Held: nobody could find out whether SendGrid took it, to leave at {OperatorWords.Moment(held.Attempt.SendAt)} ({held.Why}). It isn't sent again unless an operator says so on the page Held.",
        BatchState.Blocked { IsLetBe: true } blocked => $"Not sent: the batch could not be sent for a fault that isn't hers, and when it was too late an operator let it be: {blocked.Why}",
        BatchState.Blocked blocked => $"Not sent: the batch can't be sent, for a fault that isn't hers: {blocked.Why}",
        BatchState.Late => $"Not sent: its time was more than {Tolerance(kind)} ago when it came to be sent.",
        BatchState.Empty => Gone(kind),
        BatchState.Halved => "Being sent in smaller parts: SendGrid refuses somebody of her batch and doesn't say whom.",
        _ => throw new InvalidOperationException($"Unknown state {batch.State.GetType().Name}."),
    };

    private static string Gone(SlotKind kind) =>
        $"Not sent: when it was handed over she had {(kind == SlotKind.Reminder ? "answered, " : "")}left, paused, moved or been suppressed.";

    private static string Tolerance(SlotKind kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{ScheduleOptions.Tolerance(kind).TotalHours:0} hours");

    private static string OfEvidence(Evidence evidence) => evidence switch
    {
        { Complained: true } => "She reported it as spam.",
        { Bounced: true } => "It bounced: her mail server says that there is no such mailbox.",
        { Dropped: true } => "SendGrid dropped it: it has the address on a list of its own.",
        { Delivered: true, Unsubscribed: true } => "It was delivered to her mail server, and she left by SendGrid's link.",
        { Delivered: true } => "It was delivered to her mail server. If she doesn't see it, it is in her spam folder.",
        { SoftBounced: true } => "Her mail server refused it for now: a full mailbox, or it mistrusts us.",
        { Deferred: true } => "Her mail server asked SendGrid to come again later; that goes on for up to 72 hours.",
        { Processed: true } => "SendGrid is delivering it.",
        _ => $"No event of hers has come yet. SendGrid's own list: {Where}.",
    };

    private static IEnumerable<string> OfState(Subscriber subscriber)
    {
        switch (subscriber.State)
        {
            case SubscriberState.Pending:
                yield return $"She has not confirmed. Asked {subscriber.ConfirmsAsked.Count} {(subscriber.ConfirmsAsked.Count == 1 ? "time" : "times")} in the last day; erased at {OperatorWords.Moment(subscriber.ConfirmUntil)} if she doesn't.";
                break;
            case SubscriberState.Active { Pause: { } pause }:
                yield return $"Active, and paused until {pause.Until.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture)}.";
                break;
            case SubscriberState.Active active:
                yield return "Active.";
                if (active.Placements.Count > 1)
                    yield return $"She changed her time: {string.Join("; ", active.Placements.Select(placement => $"{placement.Slot.Weekday} {placement.Slot.Time} {placement.Slot.Zone} from {placement.FirstIssue}{(placement.LastIssue is { } last ? $" until {last}" : " on")}"))}.";
                break;
            case SubscriberState.Left left:
                yield return $"She left at {OperatorWords.Moment(left.At)}. She can sign up again by the form, or undo it for seven days.";
                break;
            case SubscriberState.Moved moved:
                yield return $"She moved to another address at {OperatorWords.Moment(moved.At)}; this one is being told.";
                break;
            case SubscriberState.Suppressed suppressed:
                yield return $"She gets no mail since {OperatorWords.Moment(suppressed.At)}: {OfReason(suppressed.Reason)}";
                break;
        }
    }

    private static string OfConsent(Consent consent) => consent is { IsByFile: true, ImportedAt: { } imported, GivenAt: { } since }
        ? $"Consent: given at {OperatorWords.Moment(since)} elsewhere, by the file that was imported at {OperatorWords.Moment(imported)}: {consent.Asked.Text}{(consent.MovedAt is { } went ? $"; moved to this address at {OperatorWords.Moment(went)}" : "")}."
        : consent.GivenAt is { } given
        ? $"Consent: asked at {OperatorWords.Moment(consent.AskedAt)} (text {consent.Asked.Version}, {consent.Asked.Language}), given at {OperatorWords.Moment(given)}{(consent.MovedAt is { } moved ? $", moved to this address at {OperatorWords.Moment(moved)}" : "")}."
        : $"Consent: asked at {OperatorWords.Moment(consent.AskedAt)} (text {consent.Asked.Version}, {consent.Asked.Language}), not given.";

    private static string OfPreferences(Preferences preferences) =>
        $"Digest: {preferences.Weekday} {preferences.Time}, {preferences.Zone}, in {preferences.Language}; areas: {(preferences.Tips.Focus.ToString() is { Length: > 0 } areas ? areas : "all")}; energy: {preferences.Tips.Energy.ToString().ToLowerInvariant()}; reminders: {(preferences.Reminders.Days.IsEmpty ? "none" : $"{preferences.Reminders.Days} {preferences.Reminders.Time}")}.";

    private static string Of(SuppressionReason reason, string evidence) => (reason, evidence) switch
    {
        (SuppressionReason.Unsubscribed, Erasure.Evidence) => "she was erased while mail to her may have been on its way; she can sign up again.",
        (_, "") => OfReason(reason),
        (SuppressionReason.ByOperator, _) => $"{OfReason(reason)} The reason given: {evidence}",
        _ => $"{OfReason(reason)} The provider's words: {evidence}",
    };

    private static string OfReason(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Bounced => "there is no such mailbox.",
        SuppressionReason.Complained => "she reported our mail as spam.",
        SuppressionReason.Unsubscribed => "she left by SendGrid's own link; she can sign up again.",
        SuppressionReason.Blocked => "her mail server refused our mail for three weeks in a row.",
        SuppressionReason.Refused => "SendGrid refuses the address.",
        SuppressionReason.ByOperator => "an operator took it out; the audit log says who and why.",
        _ => throw new InvalidOperationException($"Unknown reason {reason}."),
    };

    /// <summary>When a run is due, in its own zone and in UTC.</summary>
    public static string Due(RunId run) => string.Create(
        CultureInfo.InvariantCulture, $"{run.Date:uuuu-MM-dd} {run.Slot.Time} {run.Slot.Zone} ({OperatorWords.Moment(run.Due)})");
}
