using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Web;
using NodaTime;
using Spectre.Console;

namespace DigestFunctions.Local;

/// <summary>
/// The main job before a newcomer's eyes: people from Auckland to Honolulu sign up,
/// confirm through the links in their mails, and get the digest that they are due.
/// </summary>
internal sealed partial class Demo(WebApplication service, Uri inbox, DemoTime time)
{
    // At this hour of the day, UTC, it is daytime or evening in most of the world's zones.
    private const int DueHour = 21;

    private const string Prefix = "demo2";

    /// <summary>Names that set one demo's data apart from all other; they go when it ends.</summary>
    public static Names FreshNames() =>
        new(Prefix + DateTimeOffset.UtcNow.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture));

    /// <summary>Removes what killed demos left in a store that is ours alone.</summary>
    public static async Task ForgetEarlierAsync(string connectionString, CancellationToken cancellation)
    {
        var tables = new TableServiceClient(connectionString);
        await foreach (var table in tables.QueryAsync(cancellationToken: cancellation))
        {
            if (table.Name.StartsWith(Prefix, StringComparison.Ordinal))
                await tables.DeleteTableAsync(table.Name, cancellation);
        }

        var queues = new QueueServiceClient(connectionString);
        await foreach (var queue in queues.GetQueuesAsync(prefix: Prefix, cancellationToken: cancellation))
            await queues.DeleteQueueAsync(queue.Name, cancellation);
    }

    /// <summary>Runs it and shows it. True if each person got exactly one confirm, one welcome and one digest.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        // The latest such hour whose planning time is past; everybody signs up just after the one of the week before.
        var now = SystemClock.Instance.GetCurrentInstant();
        var planning = LatestBefore(now, DueHour) - Duration.FromMinutes(30);
        var due = planning + Duration.FromMinutes(30);
        var signUp = due - Duration.FromDays(7) + Duration.FromMinutes(40);
        var people = DemoPerson.All(due, Guid.NewGuid().ToString("n")[..4]);

        using var http = new HttpClient { BaseAddress = LocalService.AddressOf(service) };
        var mails = new DemoInbox(http, inbox);

        time.Set(signUp.ToDateTimeOffset());
        Say($"It is {Utc(signUp)}. {people.Count} people sign up …");
        await Parallel.ForEachAsync(people, cancellation, async (person, stop) => await SignUpAsync(http, person, stop));

        Say("… and confirm through the links in their mails.");
        await Task.WhenAll(people.Select(person => ConfirmAsync(http, mails, person, cancellation)));

        time.Set(planning.ToDateTimeOffset());
        Say($"It is {Utc(planning)}, the week after: a planning round, and every slot is due within the hour.");
        await service.Services.GetRequiredService<RunPlanner>().PlanAsync(cancellation);
        foreach (var person in people)
            await mails.WaitAsync(person.Address, "digest", cancellation);

        time.Reset();
        return await DemoTable.ShowAsync(people, mails, cancellation);
    }

    private static Instant LatestBefore(Instant now, int hour)
    {
        var today = now.InUtc().Date.AtMidnight().PlusHours(hour).InUtc().ToInstant();
        return today - Duration.FromMinutes(30) <= now ? today : today - Duration.FromDays(1);
    }

    private static async Task SignUpAsync(HttpClient http, DemoPerson person, CancellationToken cancellation)
    {
        // As a program does: a person would look at the form first.
        var signUp = new Dictionary<string, string>
        {
            ["email"] = person.Address.ToString(),
            ["name"] = person.Name,
            ["language"] = person.Language.ToString(),
            ["weekday"] = Weekdays.Short(person.Slot.Weekday),
            ["time"] = person.Slot.Time.ToString(),
            ["zone"] = person.Slot.Zone.ToString(),
        };
        using var answer = await http.PostAsJsonAsync(new Uri("subscribe", UriKind.Relative), signUp, cancellation);
        if (!answer.IsSuccessStatusCode)
            Say($"The sign-up of {person.Name} was not taken: {(int)answer.StatusCode}.");
    }

    private static async Task ConfirmAsync(HttpClient http, DemoInbox mails, DemoPerson person, CancellationToken cancellation)
    {
        if (await mails.WaitAsync(person.Address, "confirm", cancellation) is not { } mail || DemoInbox.LinkIn(mail) is not { } link)
        {
            Say($"{person.Name} got no mail to confirm by.");
            return;
        }

        var address = new Uri(link.AbsolutePath, UriKind.Relative);
        var stamp = Stamp().Match(await http.GetStringAsync(address, cancellation)).Groups["stamp"].Value;
        // Nobody presses a button sooner than this, and it wouldn't count.
        await Task.Delay(PageStamp.LeastAge(StampedPage.Confirm).ToTimeSpan() + TimeSpan.FromMilliseconds(100), cancellation);
        using var pressed = new FormUrlEncodedContent([KeyValuePair.Create(PageStamp.Field, stamp)]);
        using var answer = await http.PostAsync(address, pressed, cancellation);
        await mails.WaitAsync(person.Address, "welcome", cancellation);
    }

    [GeneratedRegex("""name="stamp" value="(?<stamp>[^"]+)""", RegexOptions.None, 1000)]
    private static partial Regex Stamp();

    private static string Utc(Instant at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static void Say(string what) => AnsiConsole.WriteLine(what);
}
