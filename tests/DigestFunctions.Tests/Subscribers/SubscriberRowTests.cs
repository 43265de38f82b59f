using CsCheck;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Subscribers;

public sealed class SubscriberRowTests
{
    private static readonly Gen<IssueId> Issues = Gen.Int[0, 2_000].Select(week => Slots.Issue("2020-W01").Plus(week));
    private static readonly Gen<Instant> Times = Gen.Int[0, 1_000_000].Select(minutes => TestApp.Start + Duration.FromMinutes(minutes));

    private static readonly Gen<SubscriberState> States = Gen.OneOf<SubscriberState>(
        Issues.Select(issue => (SubscriberState)new SubscriberState.Pending(issue)),
        Gen.Const((SubscriberState)new SubscriberState.Pending(FirstIssue: null)),
        Gen.Select(Issues, Gen.Int[0, 60]).Select((issue, weeks) => (SubscriberState)new SubscriberState.Active(
            [new Placement(Slots.Friday, issue, issue.Plus(weeks)), new Placement(Slots.Tuesday, issue.Plus(weeks + 1), null)])),
        Gen.Select(Issues, Gen.Int[0, 60]).Select((issue, weeks) => (SubscriberState)new SubscriberState.Active(
            [new Placement(Slots.Tuesday, issue, null)], new Pause(issue.Monday.PlusDays(weeks), issue.Plus(-weeks)))),
        Gen.Select(Times, Issues).Select((at, issue) => (SubscriberState)new SubscriberState.Left(at, issue)),
        Gen.Select(Times, Issues, Gen.Bool, Gen.Bool).Select((at, issue, isPaused, hasArrived) => (SubscriberState)new SubscriberState.Moved(
            at, issue, new AddressChange(People.Address(2), at), isPaused ? issue.Monday : null, hasArrived)),
        Gen.Select(Times, Gen.Enum<SuppressionReason>(), Issues)
            .Select((at, reason, issue) => (SubscriberState)new SubscriberState.Suppressed(at, reason, issue)));

    [Fact]
    public void A_state_reads_as_it_was_written() => States.Sample(state =>
        SubscriberRow.Read(SubscriberRow.Write(People.Active(1, Slots.Tuesday).In(state))).State == state);

    [Fact]
    public void Where_she_was_reads_as_it_was_written_and_a_person_can_read_it()
    {
        var moved = People.Active(1, Slots.Tuesday).In(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W45")));
        var left = moved.In(new SubscriberState.Left(TestApp.Start, Slots.Issue("2026-W49")));
        var back = left.In(SubscriberState.Active.In(Slots.Friday, Slots.Issue("2026-W52")) with { Pause = new Pause(new LocalDate(2026, 12, 25), Slots.Issue("2026-W50")) });

        var row = SubscriberRow.Write(back);

        Assert.Equal("2026-W40 digest|Europe~Paris|Tue|08:30; 2026-W45 digest|Europe~Paris|Fri|08:30; 2026-W49 away", row["History"]);
        Assert.Equal(back.History, SubscriberRow.Read(row).History);
    }

    [Theory]
    [InlineData("2026-W40")]
    [InlineData("2026-W40 gone")]
    [InlineData("2026-W4 away")]
    public void A_history_that_cannot_be_is_said_to_be_unreadable(string history)
    {
        var row = SubscriberRow.Write(People.Active(1, Slots.Tuesday));
        row["History"] = history;

        Assert.Throws<InvalidDataException>(() => SubscriberRow.Read(row));
    }

    [Fact]
    public void An_owed_welcome_keeps_the_issue_that_it_counts_for()
    {
        var owed = new OwedMail(OwedMailKind.Welcome, Issue: Slots.Issue("2026-W48"));

        Assert.Equal(owed, SubscriberRow.Read(SubscriberRow.Write(People.Active(1, Slots.Tuesday) with { Owed = owed })).Owed);
    }

    [Fact]
    public void What_was_asked_for_reads_as_it_was_written()
    {
        var asked = People.Active(1, Slots.Tuesday) with
        {
            LinksAsked = [new AskedLink(OwedMailKind.Link, TestApp.Start), new AskedLink(OwedMailKind.Data, TestApp.Start + Duration.FromMinutes(1))],
            NewAddress = new AddressChange(People.Address(2), TestApp.Start),
        };

        var read = SubscriberRow.Read(SubscriberRow.Write(asked));

        Assert.Equal(asked.LinksAsked, read.LinksAsked);
        Assert.Equal(asked.NewAddress, read.NewAddress);
    }

    [Fact]
    public void A_person_can_read_where_somebody_is_in_the_schedule()
    {
        var active = new SubscriberState.Active(
            [new Placement(Slots.Friday, Slots.Issue("2026-W40"), Slots.Issue("2026-W48")), new Placement(Slots.Tuesday, Slots.Issue("2026-W49"), null)]);

        Assert.Equal(
            "digest|Europe~Paris|Fri|08:30 2026-W40..2026-W48; digest|Europe~Paris|Tue|08:30 2026-W49..",
            SubscriberRow.Write(People.Active(1, Slots.Tuesday).In(active))["Placements"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("digest|Europe~Paris|Fri|08:30 2026-W40..2026-W48")]
    [InlineData("digest|Europe~Paris|Fri|08:30 2026-W40..2026-W4; digest|Europe~Paris|Tue|08:30 2026-W49..")]
    [InlineData("digest|Mars~Olympus|Fri|08:30 2026-W40..")]
    public void Placements_that_cannot_be_are_said_to_be_unreadable(string placements)
    {
        var row = SubscriberRow.Write(People.Active(1, Slots.Tuesday));
        row["Placements"] = placements;

        Assert.Throws<InvalidDataException>(() => SubscriberRow.Read(row));
    }
}
