using DigestFunctions.Local;
using Xunit;

[assembly: AssemblyFixture(typeof(DigestFunctions.Tests.SharedAzurite))]

namespace DigestFunctions.Tests;

/// <summary>One Azurite for all tests, on ports and in a folder of its own; each test app has names of its own in it.</summary>
public sealed class SharedAzurite : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("digest-tests-").FullName;
    private Azurite? azurite;

    public string ConnectionString => azurite!.ConnectionString;

    public async ValueTask InitializeAsync() =>
        azurite = await Azurite.StartAsync(new NodeTools(Workplace.Find()), folder, Console.Error.WriteLine, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await azurite!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
