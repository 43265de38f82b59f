using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions.Tests.EntryPoints;

/// <summary>The Functions app as it was built along with these tests.</summary>
internal static class WorkerApp
{
    public const string OnlyFacsimile = "The package source lacks the Functions worker, so there is no worker to run, only its facsimile to compile against.";

    public static bool IsReal => typeof(FunctionAttribute).Assembly.GetName().Name != "Worker.Facsimile";

    /// <summary>Its own output folder: in ours, its libraries are mixed with ours.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(
        Repository.Path("src/DigestFunctions/bin"),
        Path.GetRelativePath(Repository.Path("tests/DigestFunctions.Tests/bin"), AppContext.BaseDirectory)));
}
