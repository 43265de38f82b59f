using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Subscribers;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>The people of a simulated world, and what they ask for while its runs are under way.</summary>
internal sealed class Crowd(World world, Choices choices)
{
    // Those may be missed: of the others enough must be left.
    private const int MostGoing = 4;

    private static readonly IssueId Practice = World.Reminder.Issue;

    private readonly List<Wish> wishes = [];

    private enum Wanted
    {
        OtherSlot,
        OtherLanguage,
        Pause,
        EndOfPause,
        Leaving,
        Return,

        /// <summary>To be left in peace with this week's practice, which she has tried.</summary>
        Answer,
    }

    /// <summary>Two of three are in the first run's slot, the others in the second's; some of each read Korean.</summary>
    public async Task FillAsync()
    {
        var everyone = Enumerable.Range(1, World.Everyone).Select(number => InHerWay(number, World.Digests[number % 3 == 2 ? 1 : 0].Slot)).ToList();
        await world.Plain.AddAsync(everyone);
        foreach (var slot in everyone.SelectMany(subscriber => subscriber.Placements, (subscriber, placement) => (subscriber, placement)).ToLookup(one => one.placement.Slot))
        {
            await world.Plain.ScheduleAsync(slot.Key, slot.Select(one => ScheduleEntry.Of(one.subscriber, one.placement)));
            await new SlotTable(world.Plain, NullLogger<SlotTable>.Instance).EnsureAsync(slot.Key, world.Now, CancellationToken.None);
        }
    }

    /// <summary>One of them asks for something.</summary>
    public void Ask(SimulatedProcess process)
    {
        var (number, wanted) = (1 + choices.Next(World.Everyone), choices.Of(
            Wanted.OtherSlot, Wanted.OtherLanguage, Wanted.Pause, Wanted.Leaving, Wanted.EndOfPause, Wanted.Return, Wanted.OtherSlot, world.Reminds ? Wanted.Answer : Wanted.OtherSlot));
        if (wanted is Wanted.Pause or Wanted.Leaving && !IsGoing(number) && wishes.Where(wish => wish.IsToGo).DistinctBy(wish => wish.Number).Count() == MostGoing)
            return;
        // Nothing to come back from.
        if (wanted is Wanted.EndOfPause or Wanted.Return && !IsGoing(number))
            wanted = Wanted.OtherSlot;
        var wish = new Wish(number, wanted, world.Now);
        wishes.Add(wish);
        world.Note($"{process.Name} is asked by {number} for {wanted}");
        process.Start(async () =>
        {
            if (await AnswerAsync(process, wish) is not { } answer || (wanted is Wanted.Answer && !answer.CheckIns.IsDoneWith(Practice)))
                return;
            wish.AnsweredAt = world.Now;
            world.Note($"{number} has {wanted}: {string.Join(", ", (answer.State as SubscriberState.Active)?.Placements ?? [])}");
        });
    }

    /// <summary>
    /// Whether she may have no digest, and nothing say so: she has left or paused, or her change took longer than the
    /// weekly rule allows for, or came to no end. In between she is in no slot, rather than in two.
    /// </summary>
    public bool MayBeMissed(int number) =>
        IsGoing(number) || (Of(number).Any(wish => wish.IsCutShort) && Of(number).Any(wish => wish.Wanted is not (Wanted.OtherLanguage or Wanted.Answer)));

    /// <summary>Whether she may have no reminder, and nothing say so.</summary>
    public bool MayBeLeftInPeace(int number) => MayBeMissed(number) || Of(number).Any(wish => wish.Wanted is Wanted.Answer);

    /// <summary>Since when she must not be reminded; null where she hasn't answered.</summary>
    public Instant? LeftInPeaceAt(int number) => Of(number).Where(wish => wish.Wanted is Wanted.Answer).Min(wish => wish.AnsweredAt);

    /// <summary>Since when she must get nothing; null where she needn't be gone.</summary>
    public Instant? GoneAt(int number) =>
        Of(number).Any(wish => wish.Wanted is Wanted.EndOfPause or Wanted.Return)
            ? null
            : Of(number).Where(wish => wish.IsToGo).Min(wish => wish.AnsweredAt);

    private bool IsGoing(int number) => Of(number).Any(wish => wish.IsToGo);

    private IEnumerable<Wish> Of(int number) => wishes.Where(wish => wish.Number == number);

    private Subscriber InHerWay(int number, Slot slot)
    {
        var subscriber = People.Active(number, slot);
        return subscriber with
        {
            Preferences = subscriber.Preferences with
            {
                Language = number % 4 == 0 ? Language.Korean : Language.English,
                Reminders = world.Reminds ? new ReminderChoice(DaySet.Of(World.Reminder.Slot.Weekday), World.Reminder.Slot.Time) : ReminderChoice.None,
            },
        };
    }

    private static async Task<Subscriber?> AnswerAsync(SimulatedProcess process, Wish wish)
    {
        var subscriptions = process.Get<Subscriptions>();
        var token = People.Token(wish.Number);
        return wish.Wanted switch
        {
            Wanted.OtherSlot => await ChangeAsync(subscriptions, token, preferences => preferences.At(World.Digests.First(run => run.Slot != preferences.DigestSlot).Slot)),
            Wanted.OtherLanguage => await ChangeAsync(subscriptions, token, preferences => preferences with
            {
                Language = preferences.Language == Language.English ? Language.Korean : Language.English,
            }),
            Wanted.Pause => await PauseAsync(subscriptions, token),
            Wanted.EndOfPause => await subscriptions.PauseAsync(token, World.Digests[0].Date, CancellationToken.None),
            Wanted.Answer => await process.Get<CheckingIn>().CheckInAsync(token, Practice, CheckInAnswer.Tried, CancellationToken.None),
            Wanted.Leaving => await subscriptions.LeaveAsync(token, CancellationToken.None),
            _ => await subscriptions.RejoinAsync(token, CancellationToken.None),
        };
    }

    // Told that something was changed meanwhile, she presses again.
    private static async Task<Subscriber?> PauseAsync(Subscriptions subscriptions, LinkToken token)
    {
        var until = World.Digests[0].Date.PlusWeeks(1);
        var answer = await subscriptions.PauseAsync(token, until, CancellationToken.None);
        while (answer is { State: SubscriberState.Active { Pause: null } })
            answer = await subscriptions.PauseAsync(token, until, CancellationToken.None);
        return answer;
    }

    // As on the page: she is shown what she has, and sends back all of it.
    private static async Task<Subscriber?> ChangeAsync(Subscriptions subscriptions, LinkToken token, Func<Preferences, Preferences> change) =>
        await subscriptions.FindAsync(token, CancellationToken.None) is { } shown
            ? await subscriptions.ChangeAsync(token, change(shown.Preferences), CancellationToken.None)
            : null;

    private sealed record Wish(int Number, Wanted Wanted, Instant Since)
    {
        public Instant? AnsweredAt { get; set; }

        public bool IsToGo => Wanted is Wanted.Pause or Wanted.Leaving;

        public bool IsCutShort => !(AnsweredAt - Since <= WeeklyRule.Margin);
    }
}
