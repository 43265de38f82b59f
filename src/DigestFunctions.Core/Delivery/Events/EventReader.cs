using System.Text.Json;
using NodaTime;

namespace DigestFunctions.Core.Delivery.Events;

/// <summary>
/// Reads a post of the provider's events as it lies in memory, and keeps what is used of it. An event that can't
/// be read is counted, and the next one is read.
/// </summary>
internal static class EventReader
{
    // Deeper than anything that the provider sends: what is deep is one event's trouble and not the array's.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000 };

    private static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Instant Latest = Instant.FromUtc(2100, 1, 1, 0, 0);

    /// <param name="now">When an event happened that doesn't say it.</param>
    /// <exception cref="JsonException">It isn't JSON, or isn't an array: nothing of it can be trusted.</exception>
    public static EventPost Read(ReadOnlySpan<byte> body, Instant now)
    {
        var reader = new Utf8JsonReader(body, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A post of events must be an array.");

        var post = new EventPost();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // Two readers: whatever is wrong within an event, this one stands behind it.
            var one = reader;
            reader.Skip();
            post.Count++;
            if (one.TokenType != JsonTokenType.StartObject || !TryRead(one, post, now))
                post.Unreadable++;
        }

        reader.Read();
        return post;
    }

    private static bool TryRead(Utf8JsonReader one, EventPost post, Instant now)
    {
        try
        {
            if (!ReadEvent(one, post, now))
                post.Ignored++;
            return true;
        }
        // A text that isn't Unicode, which Skip lets pass.
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Of most events three fields are read, and no text is made of them.
    private static bool ReadEvent(Utf8JsonReader one, EventPost post, Instant now)
    {
        var whole = one;
        Span<char> text = stackalloc char[EventReference.MaxLength];
        var (kind, isHard, at, length) = ((EventKind?)null, false, now, 0);
        while (one.Read() && one.TokenType == JsonTokenType.PropertyName)
        {
            if (one.ValueTextEquals("event"u8))
                kind = ReadKind(ref one);
            else if (one.ValueTextEquals("type"u8))
                isHard = one.Read() && one.TokenType == JsonTokenType.String && one.ValueTextEquals("bounce"u8);
            else if (one.ValueTextEquals("timestamp"u8))
                at = ReadAt(ref one) ?? at;
            else if (one.ValueTextEquals("ref"u8))
                length = ReadText(ref one, text);
            else
                one.Read();
            one.Skip();
        }

        if (kind is not { } happened || !EventReference.TryParse(text[..length], out var about))
            return false;
        if (happened == EventKind.Bounced && !isHard)
            happened = EventKind.SoftBounced;

        if (about.Batch.IsEmpty ? !AddSingle(post, about, EventWords.Read(whole, happened, at)) : !AddToBatch(post, about, happened, whole, at))
            return false;
        post.Tally(happened);
        return true;
    }

    private static bool AddToBatch(EventPost post, EventReference about, EventKind kind, Utf8JsonReader whole, Instant at)
    {
        if (post.ReportOf(about.Batch) is not { } report)
            return false;
        report.Add(about.Attempt, about.Member, kind);
        if (EventWords.Read(whole, kind, at) is { } said)
            report.Add(about.Member, said);
        return true;
    }

    private static bool AddSingle(EventPost post, EventReference about, ProviderEvent? said)
    {
        if (said is not null)
            post.Add(about.Subscriber, said);
        return true;
    }

    private static EventKind? ReadKind(ref Utf8JsonReader one)
    {
        if (!one.Read() || one.TokenType != JsonTokenType.String)
            return null;
        return one.ValueTextEquals("processed"u8) ? EventKind.Processed
            : one.ValueTextEquals("delivered"u8) ? EventKind.Delivered
            : one.ValueTextEquals("deferred"u8) ? EventKind.Deferred
            : one.ValueTextEquals("bounce"u8) ? EventKind.Bounced
            : one.ValueTextEquals("dropped"u8) ? EventKind.Dropped
            : one.ValueTextEquals("spamreport"u8) ? EventKind.Complained
            : one.ValueTextEquals("unsubscribe"u8) || one.ValueTextEquals("group_unsubscribe"u8) ? EventKind.Unsubscribed
            : null;
    }

    private static Instant? ReadAt(ref Utf8JsonReader one) =>
        one.Read() && one.TokenType == JsonTokenType.Number && one.TryGetInt64(out var seconds)
        && seconds >= Earliest.ToUnixTimeSeconds() && seconds <= Latest.ToUnixTimeSeconds()
            ? Instant.FromUnixTimeSeconds(seconds)
            : null;

    private static int ReadText(ref Utf8JsonReader one, scoped Span<char> into) =>
        one.Read() && one.TokenType == JsonTokenType.String && one.ValueSpan.Length <= into.Length ? one.CopyString(into) : 0;
}
