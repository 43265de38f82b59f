using System.CommandLine;
using System.Globalization;
using DigestFunctions.Benchmarks;
using DigestFunctions.Benchmarks.Importing;
using DigestFunctions.Benchmarks.Pages;
using DigestFunctions.Benchmarks.Planning;
using DigestFunctions.Benchmarks.Rendering;
using DigestFunctions.Benchmarks.Reporting;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Benchmarks.Sending;
using DigestFunctions.Benchmarks.SigningUp;
using DigestFunctions.Benchmarks.Starting;
using DigestFunctions.Local;

var json = new Option<bool>("--json") { Description = "Print the figures as JSON." };
var recipients = Number("--recipients", 100_000, "How many recipients.", 1, 10_000_000);
var slots = Number("--slots", 16, "How many slots they are in.", 1, Crowd.MaxSlots);
var variants = Number("--variants", 1, "How many different mails they get, other than by recipient, by language and tip.", 1, Variants.Most);
var workers = Number("--workers", 8, "How many messages the service works on at once, and how many tasks the bare loop has.", 1, 32);
var repeat = Number("--repeat", 1, "How often each is measured; the figures are medians.", 1, 100);
var warmUp = Number("--warm-up", 50_000, "How many others are sent to first, unmeasured.", 1, 1_000_000);
var latency = new Option<TimeSpan>("--latency")
{
    Description = "How long the provider takes to answer, such as 50ms.",
    CustomParser = result =>
    {
        var text = result.Tokens[0].Value;
        if (text.EndsWith("ms", StringComparison.Ordinal) && double.TryParse(text[..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds))
            return TimeSpan.FromMilliseconds(milliseconds);
        result.AddError("--latency takes milliseconds, such as 50ms.");
        return default;
    },
};
var store = new Option<string>("--store") { Description = "azurite, or memory: our own in memory, for more than Azurite can hold.", DefaultValueFactory = _ => "azurite" };
store.AcceptOnlyFromAmong("azurite", "memory");

var send = new Command("send", "Sends a whole run of slots, and beside it lets the bare loop do the same.") { recipients, slots, variants, latency, workers, repeat, warmUp, store, json };
send.SetAction(async (parsed, cancellation) =>
{
    var options = new SendOptions(
        parsed.GetValue(recipients),
        parsed.GetValue(slots),
        parsed.GetValue(variants),
        parsed.GetValue(latency),
        parsed.GetValue(workers),
        parsed.GetValue(repeat),
        parsed.GetValue(store) == "memory",
        parsed.GetValue(warmUp));
    var figures = await new SendCommand(options).RunAsync(cancellation);
    Printing.Print(figures, parsed.GetValue(json));
    return figures is { Duplicates: 0, Missing: 0 } ? 0 : 1;
});

var planSlots = Number("--slots", 5_000, "How many slots, of which none is due.", 1, 20_000);
var plan = new Command("plan", "Times a round of the planner that finds nothing due.") { planSlots, json };
plan.SetAction(async (parsed, cancellation) =>
    Printing.Print(await PlanCommand.RunAsync(parsed.GetValue(planSlots), cancellation), parsed.GetValue(json)));

var seconds = Number("--seconds", 10, "For how long.", 1, 3_600);
var parallel = Number("--parallel", 8, "How many people sign up at once.", 1, 1_000);
var subscribe = new Command("subscribe", "Signs people up by the form's endpoint.") { seconds, parallel, json };
subscribe.SetAction(async (parsed, cancellation) => Printing.Print(
    await SubscribeCommand.RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(parallel), cancellation), parsed.GetValue(json)));

var posts = Number("--posts", 200, "How many posts of 1,000 events.", 1, 4_000);
var events = new Command("events", "Posts the provider's signed events.") { posts, json };
events.SetAction(async (parsed, cancellation) =>
    Printing.Print(await EventsCommand.RunAsync(parsed.GetValue(posts), cancellation), parsed.GetValue(json)));

var coldStarts = Number("--cold-starts", 15, "How many new processes load the library.", 1, 1_000);
var rendering = new Command("rendering", "Renders digests, and loads the library.") { coldStarts, json };
rendering.SetAction(async (parsed, cancellation) =>
    Printing.Print(await RenderingCommand.RunAsync(parsed.GetValue(coldStarts), cancellation), parsed.GetValue(json)));

var rows = Number("--rows", 100_000, "How many rows are imported.", 1_000, 10_000_000);
var dryRows = Number("--dry-rows", 1_000_000, "How many rows the dry run has.", 1_000, 10_000_000);
var import = new Command("import", "Imports a CSV file, and beside it lets the bare loop write the same rows; then a dry run.") { rows, dryRows, json };
import.SetAction(async (parsed, cancellation) => Printing.Print(
    await DigestFunctions.Benchmarks.Importing.ImportCommand.RunAsync(parsed.GetValue(rows), parsed.GetValue(dryRows), cancellation), parsed.GetValue(json)));

var (kind, storage, file) = (new Argument<ImportKind>("kind"), new Argument<string>("storage"), new Argument<string>("file"));
var importChild = new Command(ImportChild.Command) { kind, storage, file };
importChild.Hidden = true;
importChild.SetAction((parsed, cancellation) => ImportChild.RunAsync(parsed.GetValue(kind), parsed.GetValue(storage)!, parsed.GetValue(file)!, cancellation));

var requests = Number("--requests", 500, "How often each page is opened.", 100, 100_000);
var pages = new Command("pages", "Opens each of a subscriber's pages.") { requests, json };
pages.SetAction(async (parsed, cancellation) =>
    Printing.Print(await PagesCommand.RunAsync(parsed.GetValue(requests), cancellation), parsed.GetValue(json)));

var app = new Option<string>("--app") { Description = "A folder that the Functions app is published in. Without it, it is published, compiled ahead and not." };
app.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string>() is { } folder && !File.Exists(Path.Combine(folder, "worker.config.json")))
        result.AddError("--app takes a folder that the Functions app is published in: with a worker.config.json.");
});
var starts = Number("--starts", 7, "How often each is started.", 1, 1_000);
var start = new Command("start", "Starts the published Functions app's worker, to its first answers.") { app, starts, json };
start.SetAction(async (parsed, cancellation) =>
    Printing.Print(await StartCommand.RunAsync(parsed.GetValue(app), parsed.GetValue(starts), cancellation), parsed.GetValue(json)));

var child = new Command(ChildProcess.Command) { Hidden = true };
child.SetAction((_, cancellation) => Child.RunAsync(cancellation));

var cold = new Command(ColdStart.Command) { Hidden = true };
cold.SetAction(_ => ColdStart.Run());

var storeServer = new Command(MemoryServer.Command) { Hidden = true };
storeServer.SetAction((_, cancellation) => MemoryServer.RunAsync(cancellation));

try
{
    return await new RootCommand("How fast, and at what cost; bench/README.md says how it is measured.") { send, plan, subscribe, events, rendering, pages, start, import, importChild, child, cold, storeServer }
        .Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (LocalProblemException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

static Option<int> Number(string name, int usual, string description, int least, int most)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {least} to {most}."));
    });
    return option;
}
