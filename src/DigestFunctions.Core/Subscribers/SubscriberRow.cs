using Azure.Data.Tables;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Tips;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Subscribers;

/// <summary>A subscriber as a row of the table, and back. A row that can't be read is a fault, and said to be one.</summary>
internal static class SubscriberRow
{
    public static TableEntity Write(Subscriber subscriber)
    {
        var row = new TableEntity(subscriber.Id.Partition, subscriber.Id.ToString())
        {
            ["Email"] = subscriber.Address.ToString(),
            ["Name"] = subscriber.Preferences.Name.ToString(),
            ["Language"] = subscriber.Preferences.Language.ToString(),
            ["Zone"] = subscriber.Preferences.Zone.ToString(),
            ["Weekday"] = Weekdays.Short(subscriber.Preferences.Weekday),
            ["Time"] = subscriber.Preferences.Time.ToString(),
            ["Focus"] = subscriber.Preferences.Tips.Focus.ToString(),
            ["Energy"] = subscriber.Preferences.Tips.Energy.ToKey(),
            ["ReminderDays"] = subscriber.Preferences.Reminders.Days.ToString(),
            ["ReminderTime"] = subscriber.Preferences.Reminders.Time.ToString(),
            ["RemindOnce"] = subscriber.RemindOnce is { } once ? $"{LocalDatePattern.Iso.Format(once.Date)} {once.Issue}" : null,
            ["CheckIns"] = subscriber.CheckIns.ToString(),
            ["History"] = subscriber.History == History.None ? null : subscriber.History.ToString(),
            ["ConfirmReminded"] = subscriber.ConfirmReminded,
            ["LinksAsked"] = string.Join(' ', subscriber.LinksAsked.Select(Write)),
            ["Generation"] = (int)subscriber.Generation,
            ["ConsentText"] = subscriber.Consent.Asked.Text,
            ["ConsentLanguage"] = subscriber.Consent.Asked.Language.ToString(),
            ["ConsentVersion"] = subscriber.Consent.Asked.Version,
            ["ConsentAskedAt"] = subscriber.Consent.AskedAt.ToDateTimeOffset(),
            ["ConsentFrom"] = subscriber.Consent.FromHash,
            ["ConsentGivenAt"] = subscriber.Consent.GivenAt?.ToDateTimeOffset(),
            ["ConsentMovedAt"] = subscriber.Consent.MovedAt?.ToDateTimeOffset(),
            ["ConsentImportedAt"] = subscriber.Consent.ImportedAt?.ToDateTimeOffset(),
            ["ConfirmsAsked"] = string.Join(' ', subscriber.ConfirmsAsked.Select(InstantPattern.ExtendedIso.Format)),
            ["Owed"] = subscriber.Owed?.Kind.ToString(),
            ["OwedClaim"] = subscriber.Owed?.Claim?.Id,
            ["OwedIssue"] = subscriber.Owed?.Issue?.ToString(),
            ["OwedClaimedUntil"] = subscriber.Owed?.Claim?.Until.ToDateTimeOffset(),
            ["OwedSince"] = subscriber.Owed?.Since?.ToDateTimeOffset(),
        };
        row.ETag = subscriber.ETag;
        WriteState(row, subscriber.State);
        var change = subscriber.State is SubscriberState.Moved { To: var to } ? to : subscriber.NewAddress;
        row["NewEmail"] = change?.Address.ToString();
        row["NewEmailAskedAt"] = change?.AskedAt.ToDateTimeOffset();
        return row;
    }

    public static Subscriber Read(TableEntity row) => new(
        SubscriberId.Parse(row.RowKey),
        EmailAddress.FromStore(row.ReadText("Email")),
        new Preferences(
            PersonName.FromStore(row.GetString("Name")),
            row.ReadAs<Language>("Language", Language.TryParse),
            row.ReadAs<TimeZoneId>("Zone", TimeZoneId.TryReadStored),
            row.ReadAs<IsoDayOfWeek>("Weekday", Weekdays.TryParse),
            row.ReadAs<SlotTime>("Time", SlotTime.TryParse))
        {
            Tips = TipChoice.TryParse(row.GetString("Focus"), row.GetString("Energy"), out var tips)
                ? tips
                : throw new InvalidDataException($"The columns Focus and Energy of subscriber {row.RowKey} can't be read."),
            Reminders = row.GetString("ReminderDays") is null
                ? ReminderChoice.None
                : new ReminderChoice(row.ReadAs<DaySet>("ReminderDays", DaySet.TryParse), row.ReadAs<SlotTime>("ReminderTime", SlotTime.TryParse)),
        },
        (ushort)row.ReadNumber("Generation"),
        new Consent(
            new ConsentText(row.ReadAs<Language>("ConsentLanguage", Language.TryParse), row.ReadText("ConsentText")),
            row.ReadInstant("ConsentAskedAt"),
            row.ReadText("ConsentFrom"),
            row.FindInstant("ConsentGivenAt"),
            row.FindInstant("ConsentMovedAt"))
        {
            ImportedAt = row.FindInstant("ConsentImportedAt"),
        },
        ReadState(row),
        [.. (row.GetString("ConfirmsAsked") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => InstantPattern.ExtendedIso.Parse(text).Value)],
        ReadOwed(row),
        row.ETag)
    {
        CheckIns = row.GetString("CheckIns") is null ? CheckIns.None : row.ReadAs<CheckIns>("CheckIns", CheckIns.TryParse),
        History = row.GetString("History") is null ? History.None : row.ReadAs<History>("History", History.TryParse),
        RemindOnce = row.GetString("RemindOnce") is null ? null : row.ReadAs<OneReminder>("RemindOnce", TryParse),
        ConfirmReminded = row.GetBoolean("ConfirmReminded") ?? false,
        LinksAsked = row.GetString("LinksAsked") is null ? [] : row.ReadAs<IReadOnlyList<AskedLink>>("LinksAsked", TryParse),
        NewAddress = row.GetString("Status") == "Moved" ? null : ReadChange(row),
    };

    private static AddressChange? ReadChange(TableEntity row) => row.GetString("NewEmail") is { } address
        ? new AddressChange(EmailAddress.FromStore(address), row.ReadInstant("NewEmailAskedAt"))
        : null;

    private static OwedMail? ReadOwed(TableEntity row) => row.GetString("Owed") is null
        ? null
        : new OwedMail(
            row.ReadAs<OwedMailKind>("Owed", Enum.TryParse),
            row.GetGuid("OwedClaim") is { } claim ? new MailClaim(claim, row.ReadInstant("OwedClaimedUntil")) : null,
            row.FindIssue("OwedIssue"),
            row.FindInstant("OwedSince"));

    private static void WriteState(TableEntity row, SubscriberState state)
    {
        (string Status, IssueId? FirstIssue, Instant? At, SuppressionReason? Reason) columns = state switch
        {
            SubscriberState.Pending pending => ("Pending", pending.FirstIssue, null, null),
            SubscriberState.Active active => ("Active", active.Pause?.FirstIssue, null, null),
            SubscriberState.Left left => ("Left", left.FirstIssue, left.At, null),
            SubscriberState.Moved moved => ("Moved", moved.FirstIssue, moved.At, null),
            SubscriberState.Suppressed suppressed => ("Suppressed", suppressed.FirstIssue, suppressed.At, suppressed.Reason),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
        };
        row["Status"] = columns.Status;
        row["FirstIssue"] = columns.FirstIssue?.ToString();
        row["StatusAt"] = columns.At?.ToDateTimeOffset();
        row["Reason"] = columns.Reason?.ToString();
        var placed = state as SubscriberState.Active;
        row["Placements"] = placed is null ? null : string.Join("; ", placed.Placements);
        var moving = state as SubscriberState.Moved;
        row["PausedUntil"] = (placed?.Pause?.Until ?? moving?.PausedUntil) is { } until ? LocalDatePattern.Iso.Format(until) : null;
        row["HasArrived"] = moving?.HasArrived;
    }

    private static SubscriberState ReadState(TableEntity row) => row.GetString("Status") switch
    {
        "Pending" => new SubscriberState.Pending(row.FindIssue("FirstIssue")),
        "Active" => new SubscriberState.Active(row.ReadAs<IReadOnlyList<Placement>>("Placements", TryParse), ReadPause(row)),
        "Left" => new SubscriberState.Left(row.ReadInstant("StatusAt"), row.ReadAs<IssueId>("FirstIssue", IssueId.TryParse)),
        "Moved" => new SubscriberState.Moved(
            row.ReadInstant("StatusAt"),
            row.ReadAs<IssueId>("FirstIssue", IssueId.TryParse),
            ReadChange(row) ?? throw new InvalidDataException($"The column NewEmail of subscriber {row.RowKey} can't be read."),
            row.GetString("PausedUntil") is null ? null : row.ReadAs<LocalDate>("PausedUntil", TryParse),
            row.GetBoolean("HasArrived") ?? false),
        "Suppressed" => new SubscriberState.Suppressed(
            row.ReadInstant("StatusAt"),
            row.ReadAs<SuppressionReason>("Reason", Enum.TryParse),
            row.ReadAs<IssueId>("FirstIssue", IssueId.TryParse)),
        var other => throw new InvalidDataException($"Subscriber {row.RowKey} has the unknown status '{other}'."),
    };

    private static Pause? ReadPause(TableEntity row) => row.GetString("PausedUntil") is null
        ? null
        : new Pause(
            row.ReadAs<LocalDate>("PausedUntil", TryParse),
            row.ReadAs<IssueId>("FirstIssue", IssueId.TryParse));

    private static IssueId? FindIssue(this TableEntity row, string column) =>
        row.GetString(column) is null ? null : row.ReadAs<IssueId>(column, IssueId.TryParse);

    private static bool TryParse(string? text, out OneReminder once)
    {
        once = new OneReminder(default, default);
        if (text?.Split(' ') is not [var dateText, var issueText] || !TryParse(dateText, out LocalDate date) || !IssueId.TryParse(issueText, out var issue))
            return false;
        once = new OneReminder(date, issue);
        return true;
    }

    private static bool TryParse(string? text, out IReadOnlyList<AskedLink> asked)
    {
        var read = new List<AskedLink>();
        foreach (var part in text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (part.Split(':', 2) is [var kindText, var atText]
                && Enum.TryParse(kindText, out OwedMailKind kind)
                && InstantPattern.ExtendedIso.Parse(atText).TryGetValue(default, out var at))
            {
                read.Add(new AskedLink(kind, at));
            }
        }

        asked = read;
        return string.Join(' ', read.Select(Write)) == text;
    }

    private static string Write(AskedLink asked) => $"{asked.Kind}:{InstantPattern.ExtendedIso.Format(asked.At)}";

    private static bool TryParse(string? text, out LocalDate date) =>
        LocalDatePattern.Iso.Parse(text ?? "").TryGetValue(default, out date);

    private static bool TryParse(string? text, out IReadOnlyList<Placement> placements)
    {
        var read = new List<Placement>();
        foreach (var part in text?.Split("; ") ?? [])
        {
            if (Placement.TryParse(part, out var placement))
                read.Add(placement);
        }

        placements = read;
        return read.Count > 0 && string.Join("; ", read) == text && read[^1].LastIssue is null;
    }
}
