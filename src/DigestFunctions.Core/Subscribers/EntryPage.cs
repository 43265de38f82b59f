using System.Text.Json;

namespace DigestFunctions.Core.Subscribers;

/// <summary>Reads a page of entries. One that can't be read is said, and keeps nobody else from her digest.</summary>
internal sealed class EntryPage(Action<string> unreadable)
{
    private List<ScheduleEntry> entries = [];

    // A column of the row holds another type than we write.
    private bool isBroken;

    // The same in nearly every row.
    private string? knownLanguage, knownFirst, knownLast;

    public IReadOnlyList<ScheduleEntry> Entries => entries;

    public void Begin() => entries = new List<ScheduleEntry>(entries.Count);

    public void Read(ref Utf8JsonReader json)
    {
        var row = default(EntryColumns);
        isBroken = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("RowKey"u8))
                row.RowKey = Text(ref json);
            else if (json.ValueTextEquals("Email"u8))
                row.Email = Text(ref json);
            else if (json.ValueTextEquals("Name"u8))
                row.Name = Text(ref json);
            else if (json.ValueTextEquals("Language"u8))
                row.Language = Text(ref json, knownLanguage);
            else if (json.ValueTextEquals("Focus"u8))
                row.Focus = Text(ref json);
            else if (json.ValueTextEquals("Energy"u8))
                row.Energy = Text(ref json);
            else if (json.ValueTextEquals("Generation"u8))
                row.Generation = Number(ref json);
            else if (json.ValueTextEquals("FirstIssue"u8))
                row.FirstIssue = Text(ref json, knownFirst);
            else if (json.ValueTextEquals("LastIssue"u8))
                row.LastIssue = Text(ref json, knownLast);
            else if (json.ValueTextEquals("WeeksBack"u8))
                row.WeeksBack = Number(ref json);
            else if (json.ValueTextEquals("CheckIns"u8))
                row.CheckIns = Text(ref json);
            else
                json.Skip();
        }

        (knownLanguage, knownFirst, knownLast) = (row.Language, row.FirstIssue, row.LastIssue);
        if (!isBroken && ScheduleEntry.TryRead(row) is { } entry)
            entries.Add(entry);
        else
            unreadable(row.RowKey ?? "");
    }

    private string? Text(ref Utf8JsonReader json, string? known = null)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return known is not null && json.ValueTextEquals(known) ? known : json.GetString();
        Skip(ref json);
        return null;
    }

    private int? Number(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number))
            return number;
        Skip(ref json);
        return null;
    }

    private void Skip(ref Utf8JsonReader json)
    {
        isBroken |= json.TokenType != JsonTokenType.Null;
        json.Skip();
    }
}
