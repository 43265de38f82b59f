using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Azure.Data.Tables;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Benchmarks.Sending;

/// <summary>
/// The bare loop: reads the entries, builds the JSON, posts it; nothing else. It keeps no ledger, and knows
/// how large a slot is, so that each of its queries is for one page and no more.
/// </summary>
internal sealed class BareSide(ChildTask child, WebApplication service) : IMeasured
{
    // Ids spread evenly: an interval with 920 of them on average has more than a page's 1,000 once in two hundred times, and then a second page.
    private const int PerInterval = 920;
    private static readonly string[] Columns = ["RowKey", "Email", "Name", "Generation"];

    private readonly TableClient schedule = service.Services.GetRequiredService<Store>().Schedule;
    private readonly Variants variants = service.Services.GetRequiredService<Variants>();
    private readonly BareBody bodies = new(service.Services);
    private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = child.Provider };

    public Task<string> PrepareAsync(Crowd crowd, CancellationToken cancellation) => Task.FromResult("");

    public Task RunAsync(Crowd crowd, CancellationToken cancellation)
    {
        var work = new ConcurrentQueue<(Slot Slot, string From, string? To)>(
            crowd.AllSlots.SelectMany((slot, index) => Intervals(crowd.SizeOf(index)).Select(part => (slot, part.From, part.To))));
        return Task.WhenAll(Enumerable.Range(0, child.Workers).Select(_ => WorkAsync(work, cancellation)));
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WorkAsync(ConcurrentQueue<(Slot Slot, string From, string? To)> work, CancellationToken cancellation)
    {
        // By variant, since a call has one; of one slot and the next together, since all are due at once.
        var gathered = new Dictionary<Variant, List<BareEntry>>();
        while (work.TryDequeue(out var part))
        {
            await foreach (var page in PagesAsync(part.Slot, part.From, part.To, cancellation))
            {
                foreach (var row in page.Values)
                    await AddAsync(gathered, BareEntry.Read(row), cancellation);
            }
        }

        foreach (var (variant, entries) in gathered)
            await PostAsync(variant, entries, cancellation);
    }

    private IAsyncEnumerable<Azure.Page<TableEntity>> PagesAsync(Slot slot, string from, string? to, CancellationToken cancellation)
    {
        var key = slot.ToString();
        var filter = to is null
            ? TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from} and RowKey lt {to}");
        return schedule.QueryAsync<TableEntity>(filter, Store.PageSize, Columns, cancellation).AsPages();
    }

    private async Task AddAsync(Dictionary<Variant, List<BareEntry>> gathered, BareEntry entry, CancellationToken cancellation)
    {
        var variant = variants.Of(entry.Id, BareBody.Issue);
        if (!gathered.TryGetValue(variant, out var entries))
            gathered.Add(variant, entries = new List<BareEntry>(Batch.MaxSize));
        entries.Add(entry);
        if (entries.Count < Batch.MaxSize)
            return;
        await PostAsync(variant, entries, cancellation);
        entries.Clear();
    }

    private async Task PostAsync(Variant variant, List<BareEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return;
        using var body = bodies.Write(variant, entries);
        using var content = new ReadOnlyMemoryContent(body.Written);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v3/mail/send") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "SG.benchmark");
        using var response = await http.SendAsync(request, cancellation);
        if (response.StatusCode != HttpStatusCode.Accepted)
            throw new InvalidOperationException($"The emulator answered {response.StatusCode} to the bare loop.");
    }

    private static IEnumerable<(string From, string? To)> Intervals(int size)
    {
        var count = (uint)Math.Max(1, (size + PerInterval - 1) / PerInterval);
        string Start(uint index) => (UInt128.MaxValue / count * index).ToString("x32", CultureInfo.InvariantCulture);
        for (uint index = 0; index < count; index++)
            yield return (Start(index), index + 1 < count ? Start(index + 1) : null);
    }
}

/// <summary>What the bare loop knows of a recipient.</summary>
internal readonly record struct BareEntry(SubscriberId Id, string Email, string? Name, ushort Generation)
{
    public static BareEntry Read(TableEntity row) => new(
        SubscriberId.Parse(row.RowKey),
        row.GetString("Email"),
        row.GetString("Name"),
        (ushort)row.GetInt32("Generation")!.Value);
}
