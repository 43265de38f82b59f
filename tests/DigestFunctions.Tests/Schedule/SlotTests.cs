using CsCheck;
using DigestFunctions.Core.Schedule;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Schedule;

public sealed class SlotTests
{
    private static readonly Gen<Slot> Slots =
        from zone in Any(TimeZoneId.All)
        from weekday in Any(Weekdays.All)
        from time in Any(SlotTime.All)
        select new Slot(SlotKind.Digest, zone, weekday, time);

    private static readonly Gen<Instant> Instants = Gen.Long[
            Instant.FromUtc(2020, 1, 1, 0, 0).ToUnixTimeSeconds(),
            Instant.FromUtc(2037, 12, 31, 0, 0).ToUnixTimeSeconds()]
        .Select(Instant.FromUnixTimeSeconds);

    [Fact]
    public void A_slot_reads_as_it_was_written() =>
        Slots.Sample(slot => Slot.TryParse(slot.ToString(), out var read) && read == slot);

    [Fact]
    public void A_slots_key_holds_nothing_that_a_key_cannot() =>
        Slots.Sample(slot => slot.ToString().AsSpan().IndexOfAny(@"/\#?") < 0);

    [Fact]
    public void The_next_date_is_the_first_whose_moment_has_not_passed() =>
        Gen.Select(Slots, Instants).Sample((slot, from) =>
        {
            var date = slot.NextDate(from);
            return date.DayOfWeek == slot.Weekday
                && slot.DueOn(date) >= from
                && slot.DueOn(date.PlusWeeks(-1)) < from;
        });

    [Fact]
    public void It_is_due_at_the_chosen_local_time_or_where_that_is_skipped_later_by_the_gap() =>
        Gen.Select(Slots, Instants).Sample((slot, from) =>
        {
            var date = slot.NextDate(from);
            var wanted = date + slot.Time.Value;
            var got = slot.DueOn(date).InZone(slot.Zone.Zone).LocalDateTime;
            var mapping = slot.Zone.Zone.MapLocal(wanted);
            return mapping.Count > 0
                ? got == wanted && slot.DueOn(date) == mapping.First().ToInstant()
                : got == wanted.PlusTicks((mapping.LateInterval.WallOffset - mapping.EarlyInterval.WallOffset).Ticks);
        });

    [Fact]
    public void A_week_has_one_run_of_a_slot() =>
        Gen.Select(Slots, Instants).Sample((slot, from) =>
        {
            var run = new RunId(slot, slot.NextDate(from));
            return (run with { Date = run.Date.PlusWeeks(1) }).Issue == run.Issue.Plus(weeks: 1);
        });

    [Theory]
    [InlineData("2026-03-29", "02:30", "2026-03-29T03:30")] // skipped: forward by the gap
    [InlineData("2026-10-25", "02:30", "2026-10-25T02:30")] // twice: the first, still summer time
    public void Daylight_saving_in_Paris(string date, string time, string local)
    {
        Assert.True(TimeZoneId.TryParse("Europe/Paris", out var zone));
        Assert.True(SlotTime.TryParse(time, out var slotTime));
        var slot = new Slot(SlotKind.Digest, zone, IsoDayOfWeek.Sunday, slotTime);

        var due = slot.DueOn(NodaTime.Text.LocalDatePattern.Iso.Parse(date).Value).InZone(zone.Zone);

        Assert.Equal(local, due.ToString("uuuu-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Offset.FromHours(2), due.Offset);
    }

    [Theory]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    [InlineData("europe/amsterdam", "Europe/Amsterdam")]
    [InlineData("America/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    [InlineData("UTC", "Etc/UTC")]
    public void Another_name_of_a_zone_is_read_as_the_listed_one(string written, string listed)
    {
        Assert.True(TimeZoneId.TryParse(written, out var zone));
        Assert.Equal(listed, zone.ToString());
        Assert.Contains(zone, TimeZoneId.All);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("EST")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_zone_is_refused(string? text) => Assert.False(TimeZoneId.TryParse(text, out _));

    [Theory]
    [InlineData("08:15")]
    [InlineData("24:00")]
    [InlineData("8")]
    [InlineData(null)]
    public void A_time_is_a_full_or_a_half_hour(string? text) => Assert.False(SlotTime.TryParse(text, out _));

    private static Gen<T> Any<T>(IReadOnlyList<T> choices) => Gen.Int[0, choices.Count - 1].Select(index => choices[index]);
}
