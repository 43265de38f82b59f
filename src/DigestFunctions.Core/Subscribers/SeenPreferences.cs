using System.Security.Cryptography;
using System.Text;
using DigestFunctions.Core.Tips;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Subscribers;

/// <summary>
/// What somebody saw of her preferences, pause included: what she changes then, she changes knowingly. Written as the
/// first 8 bytes of a SHA-256 over them, in hexadecimal: 16 digits.
/// </summary>
internal readonly record struct SeenPreferences
{
    private readonly string? hash;

    private SeenPreferences(string? hash) => this.hash = hash;

    public static SeenPreferences Of(Subscriber subscriber, Instant now)
    {
        var (preferences, until) = (subscriber.Preferences, WeeklyRule.PausedUntil(subscriber, now));
        var text = string.Join(
            '\n',
            preferences.Name,
            preferences.Language,
            preferences.DigestSlot,
            preferences.Tips.Focus,
            preferences.Tips.Energy.ToKey(),
            preferences.Reminders.Days,
            preferences.Reminders.Time,
            until is { } date ? LocalDatePattern.Iso.Format(date) : "");
        return new SeenPreferences(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    /// <summary>What a page says that was seen; if it is nonsense, it is what nobody has.</summary>
    public static SeenPreferences Read(string? text) => new(text);

    public bool IsStill(Subscriber subscriber, Instant now) => this == Of(subscriber, now);

    public override string ToString() => hash ?? "";
}
