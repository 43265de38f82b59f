namespace DigestFunctions.Local;

/// <summary>A file that one process at a time holds open. It is freed with the process, however that ends.</summary>
internal sealed class Exclusive : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly FileStream held;

    private Exclusive(FileStream held) => this.held = held;

    /// <summary>Null if another process holds it.</summary>
    public static Exclusive? TryEnter(string path)
    {
        try
        {
            return new Exclusive(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static async Task<Exclusive> EnterAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            if (TryEnter(path) is { } entered)
                return entered;
            await Task.Delay(Pause, cancellation);
        }
    }

    public ValueTask DisposeAsync() => held.DisposeAsync();
}
