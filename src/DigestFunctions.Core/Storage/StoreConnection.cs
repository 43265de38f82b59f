using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace DigestFunctions.Core.Storage;

/// <summary>
/// How to reach what is durable: the setting <c>Data</c>, a connection string, or its section with the
/// services' addresses and a managed identity. The same setting as the queue triggers read.
/// </summary>
internal sealed record StoreConnection(TableServiceClient Tables, QueueServiceClient Queues)
{
    /// <summary>Reads the setting; null, and a problem more, if it can't be used.</summary>
    /// <param name="transport">How to connect, where that isn't left to the SDK.</param>
    public static StoreConnection? Read(IConfiguration configuration, List<string> problems, HttpPipelineTransport? transport)
    {
        var (tableOptions, queueOptions) = (RawRows.AddTo(new TableClientOptions()), new QueueClientOptions());
        if (transport is not null)
            tableOptions.Transport = queueOptions.Transport = transport;
        var section = configuration.GetSection(Names.Connection);
        try
        {
            if (!string.IsNullOrEmpty(section.Value))
                return new StoreConnection(new TableServiceClient(section.Value, tableOptions), new QueueServiceClient(section.Value, queueOptions));
            if (Uri.TryCreate(section["tableServiceUri"], UriKind.Absolute, out var tables)
                && Uri.TryCreate(section["queueServiceUri"], UriKind.Absolute, out var queues))
            {
                var credential = Credential(section["clientId"]);
                return new StoreConnection(new TableServiceClient(tables, credential, tableOptions), new QueueServiceClient(queues, credential, queueOptions));
            }
        }
        catch (Exception unusable) when (unusable is FormatException or ArgumentException or InvalidOperationException)
        {
            // What is wrong with it isn't said: the text may hold the account's key.
        }

        problems.Add("Data must be the connection string of a storage account (UseDevelopmentStorage=true for Azurite), or Data:tableServiceUri and Data:queueServiceUri must be its addresses, for a managed identity.");
        return null;
    }

    private static TokenCredential Credential(string? clientId) =>
        string.IsNullOrEmpty(clientId)
            ? new DefaultAzureCredential()
            : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
}
