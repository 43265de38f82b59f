using NodaTime;

namespace DigestFunctions.Core.Subscribers;

/// <summary>How often an address gets a mail that anybody can ask for who knows it.</summary>
internal static class AskLimit
{
    /// <summary>How long after one no other goes.</summary>
    public static readonly Duration Pause = Duration.FromMinutes(15);

    public const int PerDay = 3;

    private static readonly Duration Day = Duration.FromDays(1);

    /// <param name="asked">When it was asked for before, oldest first.</param>
    /// <param name="now">When it is asked for again.</param>
    public static bool Allows(IEnumerable<Instant> asked, Instant now)
    {
        var today = asked.Where(at => IsToday(at, now)).ToList();
        return today.Count < PerDay && (today.Count == 0 || today[^1] <= now - Pause);
    }

    public static IReadOnlyList<Instant> With(IEnumerable<Instant> asked, Instant now) => [.. asked.Where(at => IsToday(at, now)), now];

    /// <summary>Each kind of link by itself: who asks for somebody's lost link keeps her from nothing else.</summary>
    public static bool Allows(Subscriber subscriber, OwedMailKind kind, Instant now) =>
        Allows(subscriber.LinksAsked.Where(asked => asked.Kind == kind).Select(asked => asked.At), now);

    public static IReadOnlyList<AskedLink> With(Subscriber subscriber, OwedMailKind kind, Instant now) =>
        [.. subscriber.LinksAsked.Where(asked => IsToday(asked.At, now)), new AskedLink(kind, now)];

    private static bool IsToday(Instant at, Instant now) => at > now - Day;
}
