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

    private readonly List<Wish> wishes = [];

    private enum Wanted
    {
        OtherSlot,
        OtherLanguage,
        Pause,
        EndOfPause,
        Leaving,
        Return,
    }

    /// <summary>Two of three are in the first run's slot, the others in the second's; some of each read Korean.</summary>
    public async Task FillAsync()
    {
        var numbers = Enumerable.Range(1, World.Everyone).ToLookup(number => World.Runs[number % 3 == 2 ? 1 : 0].Slot);
        foreach (var slot in numbers)
        {
            await world.Plain.ScheduleAsync(slot.Key, slot.Select(number => People.Entry(number, number % 4 == 0 ? Language.Korean : Language.English)));
            await world.Plain.AddAsync(slot.Select(number => InHerLanguage(number, slot.Key)));
            await new SlotTable(world.Plain, NullLogger<SlotTable>.Instance).EnsureAsync(slot.Key, world.Now, CancellationToken.None);
        }
    }

    /// <summary>One of them asks for something.</summary>
    public void Ask(SimulatedProcess process)
    {
        var (number, wanted) = (1 + choices.Next(World.Everyone), choices.Of(
            Wanted.OtherSlot, Wanted.OtherLanguage, Wanted.Pause, Wanted.Leaving, Wanted.EndOfPause, Wanted.Return, Wanted.OtherSlot, Wanted.OtherSlot));
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
            if (await AnswerAsync(process.Get<Subscriptions>(), wish) is not { } answer)
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
        IsGoing(number) || (Of(number).Any(wish => wish.IsCutShort) && Of(number).Any(wish => wish.Wanted is not Wanted.OtherLanguage));

    /// <summary>Since when she must get nothing; null where she needn't be gone.</summary>
    public Instant? GoneAt(int number) =>
        Of(number).Any(wish => wish.Wanted is Wanted.EndOfPause or Wanted.Return)
            ? null
            : Of(number).Where(wish => wish.IsToGo).Min(wish => wish.AnsweredAt);

    private bool IsGoing(int number) => Of(number).Any(wish => wish.IsToGo);

    private IEnumerable<Wish> Of(int number) => wishes.Where(wish => wish.Number == number);

    private static Subscriber InHerLanguage(int number, Slot slot)
    {
        var subscriber = People.Active(number, slot);
        return subscriber with { Preferences = subscriber.Preferences with { Language = number % 4 == 0 ? Language.Korean : Language.English } };
    }

    private static async Task<Subscriber?> AnswerAsync(Subscriptions subscriptions, Wish wish)
    {
        var token = People.Token(wish.Number);
        return wish.Wanted switch
        {
            Wanted.OtherSlot => await ChangeAsync(subscriptions, token, preferences => preferences.At(World.Runs.First(run => run.Slot != preferences.DigestSlot).Slot)),
            Wanted.OtherLanguage => await ChangeAsync(subscriptions, token, preferences => preferences with
            {
                Language = preferences.Language == Language.English ? Language.Korean : Language.English,
            }),
            Wanted.Pause => await PauseAsync(subscriptions, token),
            Wanted.EndOfPause => await subscriptions.PauseAsync(token, World.Runs[0].Date, CancellationToken.None),
            Wanted.Leaving => await subscriptions.LeaveAsync(token, CancellationToken.None),
            _ => await subscriptions.RejoinAsync(token, CancellationToken.None),
        };
    }

    // Told that something was changed meanwhile, she presses again.
    private static async Task<Subscriber?> PauseAsync(Subscriptions subscriptions, LinkToken token)
    {
        var until = World.Runs[0].Date.PlusWeeks(1);
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
