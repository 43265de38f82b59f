using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Web;

/// <summary>All that is held about one person, as JSON for her to read.</summary>
internal sealed class DataExport(Texts texts, SuppressionTable suppressions, TimeProvider time)
{
    // A file, and no page: neither Korean nor an apostrophe is escaped.
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<byte[]> WriteAsync(Subscriber subscriber, Language reader, CancellationToken cancellation)
    {
        var suppression = (await suppressions.FindAsync(subscriber.Id, cancellation))?.Suppression;
        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["about"] = texts[reader, "page.export.about"],
                ["written"] = Moment(time.Now),
                ["address"] = subscriber.Address.ToString(),
                ["name"] = subscriber.Preferences.Name.ToString(),
                ["code"] = subscriber.Id.ToString(),
                ["preferences"] = Chosen(subscriber.Preferences),
                ["state"] = State(subscriber),
                ["consent"] = Given(subscriber.Consent),
                ["checkIns"] = new JsonArray([.. subscriber.CheckIns.All.Select(said =>
                    new JsonObject { ["issue"] = said.Issue.ToString(), ["answer"] = said.Answer.ToKey() })]),
                ["mailsAskedFor"] = Asked(subscriber),
                ["mailOwed"] = subscriber.Owed?.Kind.ToString(),
                ["suppression"] = suppression is null ? null : Why(suppression),
                ["digestsSent"] = texts[reader, "page.export.sent"],
            },
            Readable);
    }

    private static JsonObject Chosen(Preferences chosen) => new()
    {
        ["language"] = chosen.Language.ToString(),
        ["timeZone"] = chosen.Zone.ToString(),
        ["weekday"] = chosen.Weekday.ToString(),
        ["time"] = chosen.Time.ToString(),
        ["areas"] = new JsonArray([.. chosen.Tips.Focus.Areas.Select(area => JsonValue.Create(area.ToKey()))]),
        ["energy"] = chosen.Tips.Energy.ToKey(),
        ["reminderDays"] = new JsonArray([.. chosen.Reminders.Days.Days.Select(day => JsonValue.Create(day.ToString()))]),
        ["reminderTime"] = chosen.Reminders.Days.IsEmpty ? null : chosen.Reminders.Time.ToString(),
    };

    private static JsonObject State(Subscriber subscriber)
    {
        var state = new JsonObject { ["is"] = subscriber.State.GetType().Name.ToLowerInvariant() };
        switch (subscriber.State)
        {
            case SubscriberState.Pending { FirstIssue: { } first }:
                state["firstIssue"] = first.ToString();
                break;
            case SubscriberState.Active active:
                state["pausedUntil"] = active.Pause is { } pause ? LocalDatePattern.Iso.Format(pause.Until) : null;
                state["inTheSchedule"] = new JsonArray([.. subscriber.Placements.Select(Place)]);
                break;
            case SubscriberState.Left left:
                state["since"] = Moment(left.At);
                state["firstIssue"] = left.FirstIssue.ToString();
                break;
            case SubscriberState.Suppressed suppressed:
                state["since"] = Moment(suppressed.At);
                state["reason"] = suppressed.Reason.ToString();
                state["firstIssue"] = suppressed.FirstIssue.ToString();
                break;
        }

        state["before"] = new JsonArray([.. subscriber.History.All.Select(Stayed)]);
        state["remindOnce"] = subscriber.RemindOnce is { } once
            ? new JsonObject { ["date"] = LocalDatePattern.Iso.Format(once.Date), ["issue"] = once.Issue.ToString() }
            : null;
        state["newAddress"] = subscriber.NewAddress is { } change
            ? new JsonObject { ["address"] = change.Address.ToString(), ["asked"] = Moment(change.AskedAt) }
            : null;
        return state;
    }

    private static JsonObject Place(Placement placement) => new()
    {
        ["for"] = placement.Slot.Kind.ToKey(),
        ["weekday"] = placement.Slot.Weekday.ToString(),
        ["time"] = placement.Slot.Time.ToString(),
        ["timeZone"] = placement.Slot.Zone.ToString(),
        ["fromIssue"] = placement.FirstIssue.ToString(),
        ["throughIssue"] = placement.LastIssue?.ToString(),
    };

    private static JsonObject Stayed(Stay stay) => new()
    {
        ["fromIssue"] = stay.From.ToString(),
        ["weekday"] = stay.Slot?.Weekday.ToString(),
        ["time"] = stay.Slot?.Time.ToString(),
        ["timeZone"] = stay.Slot?.Zone.ToString(),
        ["paused"] = stay.IsPaused,
    };

    private static JsonObject Given(Consent consent) => new()
    {
        ["text"] = consent.Asked.Text,
        ["language"] = consent.Asked.Language.ToString(),
        ["version"] = consent.Asked.Version,
        ["asked"] = Moment(consent.AskedAt),
        ["given"] = Moment(consent.GivenAt),
        ["movedHere"] = Moment(consent.MovedAt),
        ["imported"] = Moment(consent.ImportedAt),
        ["networkCode"] = consent.FromHash,
    };

    private static JsonObject Asked(Subscriber subscriber) => new()
    {
        ["toConfirm"] = new JsonArray([.. subscriber.ConfirmsAsked.Select(at => JsonValue.Create(Moment(at)))]),
        ["remindedToConfirm"] = subscriber.ConfirmReminded,
        ["links"] = new JsonArray([.. subscriber.LinksAsked.Select(asked =>
            new JsonObject { ["for"] = asked.Kind.ToKey(), ["asked"] = Moment(asked.At) })]),
    };

    private static JsonObject Why(Suppression suppression) => new()
    {
        ["reason"] = suppression.Reason?.ToString(),
        ["at"] = Moment(suppression.At),
        ["evidence"] = suppression.Evidence,
        ["refusedIssues"] = new JsonArray([.. suppression.Blocked.Select(issue => JsonValue.Create(issue.ToString()))]),
    };

    private static string? Moment(Instant? at) => at is { } known ? InstantPattern.General.Format(known) : null;
}
