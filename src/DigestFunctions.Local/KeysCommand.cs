using System.CommandLine;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Local;

/// <summary><c>keys new</c>: makes secrets for the settings, and keeps none of them.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var number = new Option<int>("--number") { Description = "The number of the links' key: another than those in use, 0 to 255.", DefaultValueFactory = _ => 1 };
        number.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > byte.MaxValue)
                result.AddError("--number takes a number from 0 to 255.");
        });
        var json = new Option<bool>("--json") { Description = "Answer as JSON." };
        var fresh = new Command("new", "Makes a secret for each setting that wants one. Identity:Secret never changes once it is in use: take that line for a new deployment only.") { number, json };
        fresh.SetAction((parsed, _) => WriteAsync(new CommandOutput(Console.Out, parsed.GetValue(json)), parsed.GetValue(number)));
        return new Command("keys", "Secrets for the settings.") { fresh };
    }

    public static Task WriteAsync(CommandOutput output, int number)
    {
        var made = new Dictionary<string, string>
        {
            ["Links__Secret"] = $"{number}:{Secrets.New()}",
            ["Operate__Key"] = Secrets.New(),
            ["Identity__Secret"] = Secrets.New(),
        };
        return output.AnswerAsync(made, async writer =>
        {
            foreach (var (name, secret) in made)
                await writer.WriteLineAsync($"{name}={secret}");
        });
    }
}
