using System.CommandLine;
using DigestFunctions.Core;
using DigestFunctions.Local;

var demo = new Option<bool>("--demo") { Description = "Do the main job with a dozen demo people, show it, and stay up to be explored." };
var once = new Option<bool>("--once") { Description = "With --demo: end after it, with exit status 0 if each person got exactly what is due." };
var port = new Option<int>("--port") { Description = "The service's port.", DefaultValueFactory = _ => LocalOptions.UsualPort };
var inboxPort = new Option<int>("--inbox-port") { Description = "The emulator's port, with the inbox.", DefaultValueFactory = _ => LocalOptions.UsualInboxPort };
var hurry = new Option<bool>("--hurry") { Description = "Plan every second, and look every second whether sending is paused.", Hidden = true };

var command = new RootCommand("The whole of Empathy Digest on one machine: the service, its store and an inbox.") { demo, once, port, inboxPort, hurry, TipCommands.All() };
var preview = new Command("preview", "Writes every mail in every language into .data/preview, to be looked at.");
preview.SetAction((_, cancellation) => Preview.RunAsync(cancellation));
command.Subcommands.Add(preview);
command.Subcommands.Add(StatusCommand.Create());
command.Subcommands.Add(ExplainCommand.Create());
command.Subcommands.Add(PreflightCommand.Create());
command.Subcommands.Add(SendTestCommand.Create());
command.Subcommands.Add(KeysCommand.Create());
command.Subcommands.Add(RebuildCommand.Create());
command.Subcommands.Add(ImportCommand.Create());
command.Subcommands.Add(ExportCommand.Create());
foreach (var forPerson in PersonCommands.All())
    command.Subcommands.Add(forPerson);
command.Validators.Add(result =>
{
    if (result.GetValue(once) && !result.GetValue(demo))
        result.AddError("--once goes with --demo.");
});
foreach (var option in (Option<int>[])[port, inboxPort])
{
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is < 1 or > 65_535)
            result.AddError($"{option.Name} takes a port from 1 to 65535.");
    });
}

command.SetAction((parsed, cancellation) => LocalRun.RunAsync(
    new LocalOptions
    {
        Demo = parsed.GetValue(demo),
        Once = parsed.GetValue(once),
        Port = parsed.GetValue(port),
        InboxPort = parsed.GetValue(inboxPort),
        Hurry = parsed.GetValue(hurry),
    },
    cancellation));

try
{
    var parsed = command.Parse(args);
    return await UsageErrors.SayAsync(parsed, Console.Error) ?? await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(90) });
}
catch (LocalProblemException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
}
catch (SettingsException bad)
{
    await Console.Error.WriteLineAsync(bad.Message);
}

return 1;
