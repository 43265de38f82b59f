using System.Diagnostics;
using System.Xml.Linq;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

public sealed class WorkerPackagesTests
{
    [Fact]
    public void The_probe_asks_for_what_the_app_references()
    {
        var app = Packages("src/DigestFunctions/DigestFunctions.csproj");

        Assert.NotEmpty(app);
        Assert.Equal(app, Packages("build/worker-probe/worker-probe.csproj"));
    }

    [Fact]
    public async Task What_was_built_with_the_facsimile_cannot_be_published()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "msbuild", Repository.Path("src/DigestFunctions/DigestFunctions.csproj"),
                "-t:PrepareForPublish", "-p:FunctionsWorker=facsimile", "-nologo", "-nodeReuse:false",
            },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var publish = Process.Start(start)!;

        var said = await publish.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await publish.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("error WORKER002: This build uses the facsimile of the Functions worker and can't be published.", said, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Packages(string project) =>
        XDocument.Load(Repository.Path(project)).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value).Order(StringComparer.Ordinal);
}
