using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using DigestFunctions.Tests.EntryPoints;
using Xunit;

namespace DigestFunctions.Tests.Infra;

/// <summary>What the Bicep compiler makes of infra/main.bicepparam, once for all tests, with the values of infra/example.env.</summary>
internal static class CompiledInfra
{
    private static readonly Lazy<Task<JsonElement>> Compiled = new(CompileAsync);

    /// <summary>All resources, of the modules too.</summary>
    public static async Task<IReadOnlyList<AzureResource>> ResourcesAsync() => [.. Resources(await TemplateAsync())];

    public static async Task<JsonElement> TemplateAsync()
    {
        Assert.SkipUnless(Compiler is not null, "The package of the Bicep compiler that is restored here is for linux-x64 only.");
        return await Compiled.Value;
    }

    private static string? Compiler => typeof(CompiledInfra).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(each => each.Key == "BicepCompiler")?.Value;

    private static async Task<JsonElement> CompileAsync()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Compiler!, File.GetUnixFileMode(Compiler!) | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo(Compiler!, ["build-params", Repository.Path("infra/main.bicepparam"), "--stdout"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var line in await File.ReadAllLinesAsync(Repository.Path("infra/example.env")))
        {
            if (line.Split('=', 2) is [var name, var value])
                start.Environment[name] = value.Trim('"');
        }

        using var compiler = Process.Start(start)!;
        var said = await compiler.StandardOutput.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        Assert.Equal(0, compiler.ExitCode);
        return Parse(Parse(said).GetProperty("templateJson").GetString()!);
    }

    private static IEnumerable<AzureResource> Resources(JsonElement template)
    {
        foreach (var resource in Values(template.GetProperty("resources")))
        {
            if (resource.TryGetProperty("existing", out _))
                continue;
            yield return new AzureResource(resource.GetProperty("type").GetString()!, resource, template);
            if (!resource.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty("template", out var module))
                continue;
            foreach (var inner in Resources(module))
                yield return inner;
        }
    }

    /// <summary>A template has them in a list, or by name.</summary>
    public static IEnumerable<JsonElement> Values(JsonElement resources) =>
        resources.ValueKind == JsonValueKind.Array ? resources.EnumerateArray() : resources.EnumerateObject().Select(each => each.Value);

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <param name="Body">The resource, as the template has it.</param>
/// <param name="Template">The module that it stands in.</param>
internal sealed record AzureResource(string Type, JsonElement Body, JsonElement Template)
{
    public JsonElement Properties => Body.GetProperty("properties");
}
