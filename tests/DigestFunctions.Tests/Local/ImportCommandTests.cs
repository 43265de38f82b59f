using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Storage;
using DigestFunctions.Local;
using DigestFunctions.Tests.Operations.Importing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>Import and export as commands: what they say, write and end with.</summary>
public sealed class ImportCommandTests(SharedAzurite azurite) : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("digest-import-").FullName;
    private readonly Names names = new("c" + Guid.NewGuid().ToString("n")[..20]);
    private Dictionary<string, string?>? settings;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_says_line_by_line_what_is_wrong_and_ends_with_attention()
    {
        var (status, said) = await ImportAsync(Importer.File(Importer.Row("a@example.com"), Importer.Row("nobody")), dryRun: true);

        Assert.Equal(ExitStatus.Attention, status);
        Assert.Equal(
            ["2 rows; a dry run, nothing was written. They would be:", "1  imported: active, and get the next digest that is due", "1  refused", "line 3: email is no address that mail can be sent to"],
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task As_JSON_it_says_the_same()
    {
        var (status, said) = await ImportAsync(Importer.File(Importer.Row("a@example.com"), Importer.Row("b@example.com")), json: true);

        using var answer = JsonDocument.Parse(said);
        Assert.Equal(ExitStatus.Done, status);
        Assert.Equal(("done", 2, 2), (answer.RootElement.GetProperty("status").GetString(), answer.RootElement.GetProperty("rows").GetInt32(), answer.RootElement.GetProperty("counts").GetProperty("added").GetInt32()));
    }

    [Fact]
    public async Task Stopped_it_says_so_by_its_exit_status()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        var (status, _) = await ImportAsync(Importer.File(Importer.Row("a@example.com")), cancellation: stopped.Token);

        Assert.Equal(ExitStatus.Stopped, status);
    }

    [Fact]
    public async Task A_file_that_is_no_CSV_is_one_sentence()
    {
        var problem = await Assert.ThrowsAsync<LocalProblemException>(() => ImportAsync("<html>"));

        Assert.StartsWith("Nothing was imported. This is a web page", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_exported_is_imported_again_and_nothing_is_overwritten()
    {
        await ImportAsync(Importer.File(Importer.Row("a@example.com"), Importer.Row("b@example.com")));
        var path = Path.Combine(folder, "out.csv");

        Assert.Equal(ExitStatus.Done, (await RunAsync(session => ExportCommand.RunAsync(session, path, Cancellation))).Status);

        Assert.Contains("2  active already, left as they are", (await ImportAsync(await File.ReadAllTextAsync(path, Cancellation))).Said, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LocalProblemException>(() => RunAsync(session => ExportCommand.RunAsync(session, path, Cancellation)));
        Assert.Equal(["out.csv"], Directory.GetFiles(folder, "out*").Select(Path.GetFileName));
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await new Store(new TableServiceClient(azurite.ConnectionString), new QueueServiceClient(azurite.ConnectionString), names).DeleteAsync(CancellationToken.None);
    }

    private async Task<(int Status, string Said)> ImportAsync(string file, bool dryRun = false, bool json = false, CancellationToken? cancellation = null)
    {
        var path = Path.Combine(folder, "in.csv");
        await File.WriteAllTextAsync(path, file, Cancellation);
        return await RunAsync(session => ImportCommand.RunAsync(session, path, new ImportOptions(dryRun, AsksByMail: false), cancellation ?? Cancellation), json, cancellation);
    }

    private async Task<(int Status, string Said)> RunAsync(Func<CommandSession, Task<int>> run, bool json = false, CancellationToken? cancellation = null)
    {
        using var output = new StringWriter();
        settings ??= TestApp.Settings(azurite.ConnectionString, new Uri("http://localhost:1"));
        var status = await StoreCommand.RunAsync(
            settings, new CommandOutput(output, json), run, cancellation ?? Cancellation, services => services.AddSingleton(names));
        return (status, output.ToString());
    }
}
