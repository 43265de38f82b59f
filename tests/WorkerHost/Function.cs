using System.Text.Json;
using System.Text.Json.Nodes;
using WorkerHost.Messages;

namespace WorkerHost;

/// <summary>A function as the worker says it has it.</summary>
/// <param name="Trigger">The binding that starts it, as the host gets it: JSON.</param>
internal sealed record Function(string Id, string Name, JsonNode Trigger)
{
    public string Kind => (string)Trigger["type"]!;

    /// <summary>The parameter that the trigger's data is for.</summary>
    public string Parameter => (string)Trigger["name"]!;

    public string[] Methods => Trigger["methods"]?.Deserialize<string[]>() ?? [];

    public static Function Of(RpcFunctionMetadata metadata) => new(
        metadata.FunctionId,
        metadata.Name,
        metadata.RawBindings.Select(binding => JsonNode.Parse(binding)!).Single(binding => ((string)binding["type"]!).EndsWith("Trigger", StringComparison.Ordinal)));
}
