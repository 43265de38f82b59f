using System.Text.Json;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Local;

/// <summary>A mail as the emulator's inbox shows it; its kind (confirm, welcome, digest) is in the key that we gave it.</summary>
internal sealed record DemoMail(string Kind, string Subject, string Text, Instant? SendAt);

/// <summary>The emulator's inbox, as JSON.</summary>
internal sealed partial class DemoInbox(HttpClient http, Uri inbox)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<IReadOnlyList<DemoMail>> OfAsync(EmailAddress address, CancellationToken cancellation)
    {
        var messages = await http.GetFromJsonAsync<JsonElement>(
            new Uri(inbox, $"inbox/messages?to={Uri.EscapeDataString(address.ToString())}"), cancellation);
        return [.. messages.EnumerateArray().Select(Read)];
    }

    /// <summary>The mail of a kind, as soon as it is there; null if it doesn't come.</summary>
    public async Task<DemoMail?> WaitAsync(EmailAddress address, string kind, CancellationToken cancellation)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until) < Patience)
        {
            if ((await OfAsync(address, cancellation)).FirstOrDefault(mail => mail.Kind == kind) is { } mail)
                return mail;
            await Task.Delay(100, cancellation);
        }

        return null;
    }

    /// <summary>The confirmation link of a mail.</summary>
    public static Uri? LinkIn(DemoMail mail) =>
        ConfirmLink().Match(mail.Text) is { Success: true } link ? new Uri(link.Value) : null;

    private static DemoMail Read(JsonElement message) => new(
        message.GetProperty("customArgs").GetProperty("key").GetString()!.Split(':')[0],
        message.GetProperty("subject").GetString()!,
        message.GetProperty("text").GetString()!,
        message.GetProperty("sendAt") is { ValueKind: JsonValueKind.String } at
            ? Instant.FromDateTimeOffset(at.GetDateTimeOffset())
            : null);

    [GeneratedRegex(@"https?://\S+/confirm/[\w-]+", RegexOptions.None, 1000)]
    private static partial Regex ConfirmLink();
}
