using System.Globalization;
using DigestFunctions.Core.Operations;
using Microsoft.AspNetCore.Http;
using NodaTime.Text;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>How all is, at a glance.</summary>
internal sealed class TodayPages(TodayReader reader, OperatePage page) : IOperatePages
{
    private const int Shown = 12;
    private const string Share = "0.##%";

    private static readonly LocalDatePattern ShortDate = LocalDatePattern.CreateWithInvariantCulture("d MMM");

    public IEnumerable<OperateRoute> Routes => [new("GET", "", ShowAsync) { Summary = "How all is: warnings, runs, queues, counts of the last 90 days." }];

    private async Task<IResult> ShowAsync(OperateVisit visit, CancellationToken cancellation)
    {
        var today = await reader.ReadAsync(cancellation);
        return visit.IsProgram ? page.Show(visit, "today.html", TodaySummary.Of(today)) : page.Show(visit, "today.html", Model(today));
    }

    private static object Model(Today today) => new
    {
        Title = "Today",
        AsOf = OperatorWords.Moment(today.AsOf),
        Warnings = Warnings.Of(today),
        CountedAt = today.LastCount?.TakenAt is { } at ? OperatorWords.Moment(at) : "",
        People = today.LastCount?.People ?? PeopleCounts.None,
        Next = today.Next.Take(Shown).Select(run => new { Due = OperatorWords.Moment(run.Due), Slot = TodayWords.Of(run.Slot) }).ToList(),
        NextMore = Math.Max(today.Next.Count - Shown, 0),
        RunColumns = today.Runs.Take(1).SelectMany(TodayWords.FiguresOf).Select(figure => figure.Name).ToList(),
        Runs = today.Runs.Take(Shown).Select(Line).ToList(),
        RunsMore = Math.Max(today.Runs.Count - Shown, 0),
        today.HasMore,
        Queues = today.Queues.Select(queue => new { queue.Name, queue.Messages, Oldest = queue.OldestAt is { } oldest ? OperatorWords.Moment(oldest) : "none", queue.Poisoned }).ToList(),
        Provider = TodayWords.Of(today.Provider),
        // The sweep writes down people of the day, and mails of the days before.
        MailsNotCounted = today.Days is [.., { Mails: null, Date: var last }] ? ShortDate.Format(last) : "",
        Charts = Charts(today),
    };

    private static object Line(RunToday run) => new
    {
        Due = OperatorWords.Moment(run.Run.Due),
        Slot = TodayWords.Of(run.Run.Slot),
        State = TodayWords.StateOf(run),
        run.IsCounted,
        Figures = TodayWords.FiguresOf(run),
    };

    private static List<object> Charts(Today today)
    {
        var days = today.Days;
        var labels = days.Select(day => ShortDate.Format(day.Date)).ToList();
        var counted = days.Select(day => day.TakenAt is null ? null : day.People).ToList();
        var mails = days.Select(day => day.Mails).ToList();
        var issues = today.LastCount?.CheckIns ?? [];
        return
        [
            Of("Active subscribers", isBars: false, labels, [new Series("Active", [.. counted.Select(people => (double?)people?.Active)])]),
            // Far fewer: beside the active ones, all of them would lie on the axis.
            Of("Other subscribers, by state", isBars: false, labels,
            [
                new Series("Paused", [.. counted.Select(people => (double?)people?.Paused)]),
                new Series("Not yet confirmed", [.. counted.Select(people => (double?)people?.Pending)]),
                new Series("Left", [.. counted.Select(people => (double?)people?.Left)]),
                new Series("Suppressed", [.. counted.Select(people => (double?)people?.Suppressed)]),
            ]),
            Of("Who left, by day", isBars: true, labels, [new Series("Left", [.. days.Select(day => (double?)day.Left)])]),
            Of("Digests and reminders a day", isBars: true, labels,
            [
                new Series("Delivered", [.. mails.Select(day => (double?)day?.Delivered)]),
                new Series("Taken, not yet delivered", [.. mails.Select(day => day is null ? null : (double?)Math.Max(day.Accepted - day.Delivered - day.Bounced, 0))]),
                new Series("Bounced or refused", [.. mails.Select(day => (double?)(day?.Bounced + day?.Refused))]),
                new Series("Held, blocked or let be", [.. mails.Select(day => (double?)(day?.Held + day?.Blocked + day?.LetBe))]),
                new Series("Too late", [.. mails.Select(day => (double?)day?.Late)]),
            ]),
            Of("Complaints, by mails delivered", isBars: false, labels,
                [new Series("Complaints", [.. mails.Select(day => Rate(day?.Complained, day?.Delivered))])],
                Share, new Guide(Warnings.ComplaintsToStayBelow, "Gmail: stay below 0.1%"), new Guide(Warnings.ComplaintsNeverToReach, "Gmail: never reach 0.3%")),
            Of("Bounces, by mails sent", isBars: false, labels,
                [new Series("Bounces", [.. mails.Select(day => Rate(day?.Bounced, day?.Delivered + day?.Bounced))])], Share),
            Of("Check-ins by issue", isBars: true, [.. issues.Select(counts => counts.Issue.ToString())],
            [
                new Series("Tried it", [.. issues.Select(counts => (double?)counts.Tried)]),
                new Series("Not yet", [.. issues.Select(counts => (double?)counts.NotYet)]),
                new Series("Too much this week", [.. issues.Select(counts => (double?)counts.TooMuch)]),
            ]),
        ];
    }

    private static object Of(string title, bool isBars, List<string> labels, Series[] series, string format = "N0", params Guide[] guides) => new
    {
        Title = title,
        IsEmpty = series.All(each => each.Values.All(value => value is null or 0)),
        Picture = isBars ? Chart.Bars(title, labels, series) : Chart.Lines(title, labels, series, format, guides),
        Names = series.Select(each => each.Name).ToList(),
        Rows = labels.Index().Reverse().Select(label => new
        {
            Label = label.Item,
            Values = series.Select(each => each.Values[label.Index]?.ToString(format, CultureInfo.InvariantCulture) ?? "–").ToList(),
        }).ToList(),
    };

    private static double? Rate(int? some, int? all) => all is null or 0 ? null : (double?)some / all;
}
