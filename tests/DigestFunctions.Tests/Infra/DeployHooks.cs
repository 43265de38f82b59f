using System.Diagnostics;
using DigestFunctions.Tests.EntryPoints;
using Xunit;

namespace DigestFunctions.Tests.Infra;

/// <summary>infra/hooks/, run by the machine's own shell, with an az and an azd that keep a vault and an environment in a folder.</summary>
internal sealed class DeployHooks : IDisposable
{
    private const string Az = """
        #!/bin/sh
        echo "az $*" >>"$FAKE/calls"
        case "$1 $2 $3" in
          "keyvault secret list")
            if [ -f "$FAKE/forbidden" ]; then echo "Forbidden" >&2; exit 1; fi
            ls "$FAKE/vault" ;;
          "keyvault secret set")
            while [ $# -gt 0 ]; do
              case "$1" in --name) name=$2 ;; --file) file=$2 ;; esac
              shift
            done
            cp "$file" "$FAKE/vault/$name" ;;
        esac
        """;

    private const string Azd = """
        #!/bin/sh
        echo "azd $*" >>"$FAKE/calls"
        echo "$4" >"$FAKE/environment/$3"
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("hooks").FullName;

    public DeployHooks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The hooks are for a POSIX shell.");
        foreach (var inner in (string[])["bin", "vault", "environment"])
            Directory.CreateDirectory(Path.Combine(folder, inner));
        Tool("az", Az);
        Tool("azd", Azd);
    }

    public IReadOnlyDictionary<string, string> Vault => Read("vault");

    public IReadOnlyDictionary<string, string> Environment => Read("environment").ToDictionary(each => each.Key, each => each.Value.Trim());

    /// <summary>The tools' arguments so far.</summary>
    public string Calls => File.ReadAllText(Path.Combine(folder, "calls"));

    public void Put(string secret, string value) => File.WriteAllText(Path.Combine(folder, "vault", secret), value);

    public void ForbidListing() => File.WriteAllText(Path.Combine(folder, "forbidden"), "");

    public async Task<(int ExitCode, string Said)> RunAsync(string hook, params (string Name, string Value)[] given)
    {
        var start = new ProcessStartInfo("sh", [Repository.Path("infra/hooks/" + hook)]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in ((string, string)[])
                 [
                     ("FAKE", folder), ("PATH", $"{folder}/bin:{System.Environment.GetEnvironmentVariable("PATH")}"), ("AZURE_KEY_VAULT_NAME", "kv-example"),
                     ("AZURE_SUBSCRIPTION_ID", "example"), ("AZURE_RESOURCE_GROUP", "rg-example"), ("AZURE_FUNCTION_APP_NAME", "func-example"), ("SECRETS_TRIES", "2"), ("SECRETS_PAUSE", "0"),
                     .. given,
                 ])
            start.Environment[name] = value;
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, said + await errors);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Tool(string name, string script)
    {
        var path = Path.Combine(folder, "bin", name);
        File.WriteAllText(path, script.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Dictionary<string, string> Read(string inner) =>
        Directory.GetFiles(Path.Combine(folder, inner)).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
