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
        string? id = null, email = null, name = null, language = null, focus = null, energy = null, first = null, last = null;
        int? generation = null;
        isBroken = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("RowKey"u8))
                id = Text(ref json);
            else if (json.ValueTextEquals("Email"u8))
                email = Text(ref json);
            else if (json.ValueTextEquals("Name"u8))
                name = Text(ref json);
            else if (json.ValueTextEquals("Language"u8))
                language = Text(ref json, knownLanguage);
            else if (json.ValueTextEquals("Focus"u8))
                focus = Text(ref json);
            else if (json.ValueTextEquals("Energy"u8))
                energy = Text(ref json);
            else if (json.ValueTextEquals("Generation"u8))
                generation = Number(ref json);
            else if (json.ValueTextEquals("FirstIssue"u8))
                first = Text(ref json, knownFirst);
            else if (json.ValueTextEquals("LastIssue"u8))
                last = Text(ref json, knownLast);
            else
                json.Skip();
        }

        (knownLanguage, knownFirst, knownLast) = (language, first, last);
        if (!isBroken && ScheduleEntry.TryRead(id, email, name, language, focus, energy, generation, first, last) is { } entry)
            entries.Add(entry);
        else
            unreadable(id ?? "");
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
