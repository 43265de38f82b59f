using System.CommandLine;
using SendGridEmulator;

var port = new Option<int>("--port") { Description = "The port to listen on; 0 takes a free one.", DefaultValueFactory = _ => 7072 };
var data = new Option<string?>("--data") { Description = "A folder that keeps mail, cancellations and suppressions. Without it they end with the process." };
var deliverAtOnce = new Option<bool>("--deliver-at-once") { Description = "Deliver scheduled mail when it comes." };
var countOnly = new Option<bool>("--count-only") { Description = "Count mail and keep none, for benchmarks." };
var webhook = new Option<Uri?>("--webhook")
{
    Description = "Where to post signed events, such as http://localhost:7071/webhooks/sendgrid.",
    CustomParser = result =>
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        result.AddError("--webhook takes an http or https address.");
        return null;
    },
};
port.Validators.Add(result =>
{
    if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 0 or > 65535)
        result.AddError("--port takes a number from 0 to 65535.");
});

var command = new RootCommand("A stand-in for SendGrid's v3 API, with an inbox.") { port, data, deliverAtOnce, countOnly, webhook };
command.SetAction((parsed, cancellation) => RunAsync(new EmulatorOptions
{
    Port = parsed.GetValue(port),
    DataFolder = parsed.GetValue(data),
    DeliverAtOnce = parsed.GetValue(deliverAtOnce),
    CountOnly = parsed.GetValue(countOnly),
    WebhookUrl = parsed.GetValue(webhook),
}, cancellation));
return await command.Parse(args).InvokeAsync();

static async Task<int> RunAsync(EmulatorOptions options, CancellationToken cancellation)
{
    try
    {
        await using var app = EmulatorHost.Build(options, logging: logging => logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None));
        await app.StartAsync(cancellation);
        Console.WriteLine($"Inbox and API: {EmulatorHost.AddressOf(app)}");
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"The emulator can't start: {failure.Message}");
        return 1;
    }
}
