using System.Globalization;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>Something that an operator should look at: what is so, and what to do about it.</summary>
internal sealed record Warning(string What, string Remedy);

/// <summary>What of a day's state wants to be looked at, the worst first.</summary>
internal static class Warnings
{
    /// <summary>Complaints by mails delivered: Gmail asks senders to stay below the first, and never to reach the second (support.google.com/a/answer/81126).</summary>
    public const double ComplaintsToStayBelow = 0.001;
    public const double ComplaintsNeverToReach = 0.003;

    private const int RateDays = 7;

    // With fewer, one complaint is a rate of its own.
    private const int FewestForRate = 1_000;

    // A worker looks at a waiting message within seconds, and a range message never waits for hours.
    private static readonly Duration LongestWait = Duration.FromMinutes(30);

    // Two rounds of planning: a slot can come into use minutes before its time.
    private static readonly Duration LongestUnplanned = Duration.FromMinutes(10);

    // The daily sweep, and half an hour for it to run.
    private static readonly Duration LongestWithoutCount = Duration.FromHours(24.5);

    public static IReadOnlyList<Warning> Of(Today today) =>
        [.. Sending(today), .. Provider(today), .. Gaps(today), .. Timers(today), .. Runs(today), .. Queues(today), .. Complaints(today), .. Counting(today)];

    private static IEnumerable<Warning> Sending(Today today)
    {
        if (today.Pause is { } pause)
            yield return new Warning($"All sending is paused since {OperatorWords.Moment(pause.Since)}, by {pause.By}: {Sentence.Ended(pause.Why)}", "Go on sending on the page Send. What is over a day late by then is skipped.");
    }

    private static IEnumerable<Warning> Provider(Today today)
    {
        switch (today.Provider)
        {
            case ProviderHealth.KeyRefused:
                yield return new Warning("SendGrid refuses the key, and nothing is sent.", "Look at the key in SendGrid's settings (it needs mail.send, batch ids, scheduled sends and suppressions), set SendGrid:ApiKey and start anew. Nothing is lost.");
                break;
            case ProviderHealth.Away:
                yield return new Warning("SendGrid doesn't answer.", "Look at status.sendgrid.com. What is due waits for a day, and goes when it is back.");
                break;
            case ProviderHealth.Well when today.Refusal is { } refusal:
                yield return new Warning(
                    $"SendGrid refuses our mail since {OperatorWords.Moment(refusal.Since)}, though it knows the key: {Sentence.Ended(refusal.Why)}",
                    refusal.IsOfSender
                        ? "Have SendGrid verify the sender (Sender Authentication), or set Mail:FromAddress to one that is. Sending goes on by itself, and what is due waits for a day."
                        : "Look in SendGrid's settings whether the key has the scope mail.send, and how the account is. Sending goes on by itself, and what is due waits for a day.");
                break;
        }
    }

    // In words of their own: they are said at start too.
    private static IEnumerable<Warning> Gaps(Today today) => today.Gaps.Select(gap => new Warning(gap.What, gap.Remedy));

    // Both look every five minutes, and leave no other trace when they stand still.
    private static IEnumerable<Warning> Timers(Today today)
    {
        if (today.Next.Count(run => run.Due < today.AsOf - LongestUnplanned) is > 0 and var unplanned)
            yield return new Warning($"{Count(unplanned, "run")} {(unplanned == 1 ? "was due already, and isn't" : "were due already, and aren't")} planned.", "Look whether the service runs, and at its log: the planning runs every five minutes, an hour ahead. What is over a day late is skipped.");
        if (today.Pause is null && today.Runs.Count(run => run.IsStuck(today.AsOf)) is > 0 and var stuck)
            yield return new Warning($"{Count(stuck, "run")} {(stuck == 1 ? "was due over an hour ago, and isn't" : "were due over an hour ago, and aren't")} done.", "If SendGrid takes nothing, they wait for that. Else look whether the service runs, and at its log: every five minutes it looks at what isn't done.");
    }

    private static IEnumerable<Warning> Runs(Today today)
    {
        if (Sum(today, run => run.Mails.Blocked) is > 0 and var blocked)
            yield return new Warning($"Mail to {OperatorWords.People(blocked)} can't be sent for a fault of ours, and their runs have stopped.", "See why on the page Held, mend it, and send anew.");
        if (Sum(today, run => run.Mails.Held) is > 0 and var held)
            yield return new Warning($"Nobody knows whether mail to {OperatorWords.People(held)} was sent: it is held.", "Decide on the page Held: send anew, or let it be.");
        if (today.Runs.Count(run => run.State == "Late") is > 0 and var late)
            yield return new Warning($"{Count(late, "run")} came too late to be sent, and {(late == 1 ? "was" : "were")} skipped.", "Look whether the service stood still: the planning runs every five minutes.");
        if (Sum(today, run => run.Mails.Late) is > 0 and var people)
            yield return new Warning($"Mail to {OperatorWords.People(people)} was skipped, since its time was too long ago.", "Look at the runs below, and at what held them up.");
        if (Sum(today, run => run.Unproven) is > 0 and var unproven)
            yield return new Warning($"No event proves that mail to {OperatorWords.People(unproven)} left SendGrid, six hours after it should have.", "Look at SendGrid's activity, and whether its events still reach /webhooks/sendgrid.");
    }

    private static IEnumerable<Warning> Queues(Today today)
    {
        foreach (var queue in today.Queues)
        {
            if (queue.Poisoned > 0)
                yield return new Warning($"{Count(queue.Poisoned, "message")} of the queue {queue.Name} failed at every try.", "Look at the page Held: nothing hangs on them, but they tell of a fault.");
        }

        if (today.Queues[0] is { OldestAt: { } oldest } ranges && today.AsOf - oldest > LongestWait)
            yield return new Warning($"The queue {ranges.Name} isn't worked on: its oldest message waits since {OperatorWords.Moment(oldest)}.", "Look whether the service runs, and at its log.");
    }

    private static IEnumerable<Warning> Complaints(Today today)
    {
        var mails = today.Days.Select(day => day.Mails).OfType<MailsOfDay>().TakeLast(RateDays).Aggregate(MailsOfDay.None, (sum, mails) => sum.Plus(mails));
        if (mails.Delivered < FewestForRate || (double)mails.Complained / mails.Delivered is var rate && rate < ComplaintsToStayBelow)
            yield break;
        yield return new Warning(
            string.Create(CultureInfo.InvariantCulture, $"{rate:P2} of the mail of the last days was reported as spam. Gmail wants less than 0.1%, and blocks senders at 0.3%."),
            rate >= ComplaintsNeverToReach ? "Pause all sending on the page Send, and find out who complains, and of what." : "Find out who complains, and of what: an import of people who didn't ask is the usual cause.");
    }

    private static IEnumerable<Warning> Counting(Today today)
    {
        if (today.LastCount is null && today.Runs.Any(run => run.PlannedAt < today.AsOf - LongestWithoutCount))
            yield return new Warning("Nobody has counted subscribers yet, though runs were planned over a day ago: the daily sweep never ran to its end.", "Look at the log for what stopped it. It runs at 03:17 UTC.");
        if (today.LastCount is { TakenAt: { } at } && today.AsOf - at > LongestWithoutCount)
            yield return new Warning($"Nobody has counted subscribers since {OperatorWords.Moment(at)}: the daily sweep didn't run to its end.", "Look at the log for what stopped it. It runs at 03:17 UTC.");
    }

    private static int Sum(Today today, Func<RunToday, int> number) => today.Runs.Sum(number);

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
