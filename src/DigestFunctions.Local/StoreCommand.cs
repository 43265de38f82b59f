using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Local;

/// <summary>
/// What the operator's commands share: they work on a store, of a deployment or the local run's, while its service
/// runs, and answer people or, with <c>--json</c>, programs. Their exit status is one of <see cref="ExitStatus"/>.
/// </summary>
internal static class StoreCommand
{
    private const string LocalStore = "UseDevelopmentStorage=true";

    public static Command Create(
        string name, string description, IEnumerable<Symbol> symbols, Func<CommandSession, ParseResult, CancellationToken, Task<int>> run)
    {
        var storage = new Option<string?>("--storage")
        {
            Description = "A storage account's name, by your Azure sign-in, or a connection string; without it the setting Data, else the local run's store.",
        };
        var json = new Option<bool>("--json") { Description = "Answer as JSON." };
        var command = new Command(name, description) { storage, json };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var given = new ConfigurationBuilder().AddEnvironmentVariables().Build();
            var (settings, isProviderKnown) = await SettingsAsync(Workplace.Find(), given, parsed.GetValue(storage), cancellation);
            return await RunAsync(
                settings,
                new CommandOutput(Console.Out, parsed.GetValue(json)),
                session => run(session, parsed, cancellation),
                cancellation,
                isProviderKnown ? null : WithoutProvider);
        });
        return command;
    }

    /// <summary>Runs a command on the service of these settings and no others; a store that is away is said in one sentence.</summary>
    public static async Task<int> RunAsync(
        Dictionary<string, string?> settings, CommandOutput output, Func<CommandSession, Task<int>> run, CancellationToken cancellation, Action<IServiceCollection>? also = null)
    {
        await using var service = LocalService.Build(port: 0, settings, fromEnvironment: false, detail: LogLevel.Warning, also: also);
        try
        {
            await service.Services.GetRequiredService<Store>().CreateAsync(cancellation);
            return await run(new CommandSession(service.Services, output));
        }
        catch (Exception away) when (StoreFaults.IsAway(away) && !cancellation.IsCancellationRequested)
        {
            throw new LocalProblemException("The store can't be reached. Start the local run, whose store this takes, or name another with --storage.");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitStatus.Stopped;
        }
    }

    /// <summary>
    /// The settings for a store: a deployment's are all in the environment, since with the secrets of this machine all
    /// ids would be others; the local run's are the environment's, then its own while it runs, then the usual ones.
    /// </summary>
    /// <returns>With whether it is known which provider the service of that store has.</returns>
    public static async Task<(Dictionary<string, string?> Settings, bool IsProviderKnown)> SettingsAsync(
        Workplace workplace, IConfiguration given, string? storage, CancellationToken cancellation)
    {
        var settings = given.AsEnumerable().ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.OrdinalIgnoreCase);
        if (storage is { Length: > 0 } && IsAccountName(storage))
        {
            settings.Remove(Names.Connection);
            settings[Names.Connection + ":tableServiceUri"] = $"https://{storage}.table.core.windows.net";
            settings[Names.Connection + ":queueServiceUri"] = $"https://{storage}.queue.core.windows.net";
            return (settings, true);
        }

        var isRunsStore = storage is null or "" && !given.GetSection(Names.Connection).Exists();
        if (storage is { Length: > 0 } || !given.GetSection(Names.Connection).Exists())
            settings[Names.Connection] = storage is { Length: > 0 } ? storage : LocalStore;
        if (!IsLocal(settings.GetValueOrDefault(Names.Connection)))
            return (settings, true);

        var isProviderGiven = settings.ContainsKey("SendGrid:BaseUrl");
        var run = await RunNote.FindAsync(workplace, isRunsStore ? null : settings[Names.Connection], cancellation);
        if (isRunsStore && run is not null)
            settings.Remove(Names.Connection);
        foreach (var (name, value) in run ?? new Dictionary<string, string?>())
            settings.TryAdd(name, value);
        settings.TryAdd("SendGrid:BaseUrl", string.Create(CultureInfo.InvariantCulture, $"http://localhost:{LocalOptions.UsualInboxPort}"));
        foreach (var (name, value) in await LocalSettings.DefaultsAsync(workplace, LocalOptions.UsualPort, cancellation))
            settings.TryAdd(name, value);
        return (settings, isProviderGiven || run is not null);
    }

    /// <summary>What is said of a provider that isn't known says nothing of how the service is.</summary>
    public static void WithoutProvider(IServiceCollection services)
    {
        var gaps = services.Single(service => service.ServiceType == typeof(SettingGaps)).ImplementationFactory!;
        services.AddSingleton(known =>
        {
            var others = ((SettingGaps)gaps(known)).All.Where(gap => gap.Setting != SendGridOptions.WebhookKeySetting);
            return new SettingGaps([.. others]) { IsProviderKnown = false };
        });
    }

    private static bool IsAccountName(string text) => text.Length is >= 3 and <= 24 && text.All(each => char.IsAsciiLetterLower(each) || char.IsAsciiDigit(each));

    private static bool IsLocal(string? connection)
    {
        try
        {
            return connection is not null && new TableServiceClient(connection).Uri.IsLoopback;
        }
        catch (Exception unusable) when (unusable is FormatException or ArgumentException or InvalidOperationException)
        {
            // What is wrong with it is said where the settings are read.
            return false;
        }
    }
}

/// <summary>The service that a command works with, and where it answers.</summary>
internal sealed record CommandSession(IServiceProvider Services, CommandOutput Output)
{
    /// <summary>Who gives the commands, for the audit log.</summary>
    public static Operator By => Operator.TryParse(Environment.UserName, out var named) ? named : Operator.Unnamed;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();
}

/// <summary>What a command says: sentences for people, or one JSON document for programs.</summary>
internal sealed record CommandOutput(TextWriter Writer, bool IsJson)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The command's answer: as JSON, or as what people are told.</summary>
    public async Task AnswerAsync(object result, Func<TextWriter, Task> tell)
    {
        if (IsJson)
            await Writer.WriteLineAsync(JsonSerializer.Serialize(result, Json));
        else
            await tell(Writer);
    }
}

/// <summary>How a command ended.</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>It could not be done, and why was said.</summary>
    public const int Failed = 1;

    /// <summary>It was done, and something wants to be looked at.</summary>
    public const int Attention = 2;

    /// <summary>It was stopped by Ctrl-C, and can be run again.</summary>
    public const int Stopped = 130;
}
