using System.Text.Json;
using Azure.Data.Tables;
using DigestFunctions.Core.Storage;

namespace DigestFunctions.Local;

/// <summary>
/// What a local run leaves in .data/ while it runs, for the commands: where its store and its provider are, and with
/// which public key that signs its events. It counts as long as the run holds its lock: what a crash left doesn't.
/// </summary>
internal sealed class RunNote : IAsyncDisposable
{
    // Nothing that is secret, or that one run has like any other.
    private static readonly string[] Told = ["SendGrid:BaseUrl", "SendGrid:WebhookPublicKey", "Links:BaseUrl"];

    private readonly string path;

    private RunNote(string path) => this.path = path;

    /// <param name="workplace">Where its lock is held.</param>
    /// <param name="settings">As the service has them.</param>
    /// <param name="ownStore">The connection of an Azurite of its own, which is no secret; null if the store is another.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<RunNote> LeaveAsync(Workplace workplace, IConfiguration settings, string? ownStore, CancellationToken cancellation)
    {
        var note = new RunNote(PathIn(workplace));
        var values = Told.Where(name => settings[name] is not null).ToDictionary(name => name, name => settings[name]);
        if (ownStore is not null)
            values[Names.Connection] = ownStore;
        var text = JsonSerializer.Serialize(new Noted(AddressOf(settings[Names.Connection])?.ToString(), values));
        await File.WriteAllTextAsync(note.path + ".new", text, cancellation);
        File.Move(note.path + ".new", note.path, overwrite: true);
        return note;
    }

    /// <summary>The settings of the run that is under way on a store; null if there is none, or it has another store.</summary>
    /// <param name="workplace">Where to look.</param>
    /// <param name="connection">The store; null for one of the run's own, wherever that is.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyDictionary<string, string?>?> FindAsync(Workplace workplace, string? connection, CancellationToken cancellation)
    {
        var left = PathIn(workplace);
        if (!File.Exists(left))
            return null;
        if (Exclusive.TryEnter(LockIn(workplace)) is { } free)
        {
            File.Delete(left);
            await free.DisposeAsync();
            return null;
        }

        try
        {
            var noted = JsonSerializer.Deserialize<Noted>(await File.ReadAllTextAsync(left, cancellation))!;
            var isIts = connection is null ? noted.Settings.ContainsKey(Names.Connection) : AddressOf(connection)?.ToString() == noted.Tables;
            return isIts ? noted.Settings : null;
        }
        catch (Exception ended) when (ended is IOException or JsonException)
        {
            // It has ended just now.
            return null;
        }
    }

    public static string LockIn(Workplace workplace) => workplace.InData("run.lock");

    public ValueTask DisposeAsync()
    {
        File.Delete(path);
        return ValueTask.CompletedTask;
    }

    private static string PathIn(Workplace workplace) => workplace.InData("run.json");

    private static Uri? AddressOf(string? connection)
    {
        try
        {
            return connection is null ? null : new TableServiceClient(connection).Uri;
        }
        catch (Exception unusable) when (unusable is FormatException or ArgumentException or InvalidOperationException)
        {
            // What is wrong with it is said where the settings are read.
            return null;
        }
    }

    /// <param name="Tables">Where its tables are.</param>
    private sealed record Noted(string? Tables, Dictionary<string, string?> Settings);
}
