using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

/// <summary>A reminder that she asks for once: her digest is on Tuesdays at 08:30, and so is any reminder's time unless she chose another.</summary>
public sealed class OneReminderTests
{
    private static readonly Subscriber Her = People.Long(1);

    [Theory]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public void It_comes_on_any_day_but_at_the_very_moment_of_her_digest(int day, bool comes)
    {
        var once = new OneReminder(new LocalDate(2026, 12, day), Slots.Issue("2026-W49"));

        Assert.Equal(comes, Reminders.Comes(Her, once));
        Assert.Equal(comes ? 2 : 1, (Her with { RemindOnce = once }).Placements.Count());
    }

    [Theory]
    [InlineData("2026-W49", true)]
    [InlineData("2026-W48", false)]
    public void Where_she_is_reminded_anyway_that_is_it_if_it_is_of_the_same_practice(string issue, bool comes)
    {
        var reminded = Her with { Preferences = Her.Preferences with { Reminders = new ReminderChoice(DaySet.Of(IsoDayOfWeek.Wednesday), Her.Preferences.Time) } };

        Assert.Equal(comes, Reminders.Comes(reminded, new OneReminder(new LocalDate(2026, 12, 2), Slots.Issue(issue))));
    }
}
