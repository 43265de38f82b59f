using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace DigestFunctions.Core.Storage;

/// <summary>Reads a row from its JSON: the reader stands at its start, and is to stand at its end.</summary>
internal delegate void RowReader(ref Utf8JsonReader json);

/// <summary>
/// Reads the rows of a query from the bytes that came. The SDK makes a dictionary of each row, which costs more than
/// all the rest of sending. Here it does what it is good at, signing, retries and pages, and never sees a row.
/// </summary>
internal sealed class RawRows : HttpPipelinePolicy
{
    private const string Property = "DigestFunctions.RawRows";
    private const int ExpectedLength = 512 * 1024;

    /// <summary>Makes a client with these options able to <see cref="QueryAsync"/>.</summary>
    public static TableClientOptions AddTo(TableClientOptions options)
    {
        options.AddPolicy(new RawRows(), HttpPipelinePosition.PerRetry);
        return options;
    }

    /// <summary>
    /// Queries, and has <paramref name="read"/> read each row; <paramref name="begin"/> comes before those of a page,
    /// which starts anew when its answer was cut short. Yields after each page whether there may be more.
    /// </summary>
    public static async IAsyncEnumerable<bool> QueryAsync(
        TableClient table,
        string filter,
        IEnumerable<string> columns,
        Action begin,
        RowReader read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pages = table.QueryAsync<TableEntity>(filter, Store.PageSize, columns, cancellation).AsPages();
        await using var next = pages.GetAsyncEnumerator(cancellation);
        while (true)
        {
            var page = new RawPage(begin, read);
            using (HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = page }))
            {
                if (!await next.MoveNextAsync())
                    yield break;
            }

            // Nobody's rows would otherwise look like nobody.
            if (!page.IsRead)
                throw new InvalidOperationException($"The client of the table {table.Name} was made without {nameof(RawRows)}.");
            yield return next.Current.ContinuationToken is not null;
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!message.TryGetProperty(Property, out var property) || property is not RawPage page)
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        // Without the rows' ETags, which nobody reads here.
        message.Request.Headers.SetValue("Accept", "application/json;odata=nometadata");
        message.BufferResponse = false;
        await ProcessNextAsync(message, pipeline);
        if (message.Response is { Status: 200, ContentStream: { } body } response)
        {
            await using (body)
                await ReadAsync(body, response.Headers.ContentLength, page, message.CancellationToken);
            response.ContentStream = new MemoryStream("""{"value":[]}"""u8.ToArray());
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    private static async Task ReadAsync(Stream body, long? expected, RawPage page, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent((int)(expected + 1 ?? ExpectedLength));
        try
        {
            var length = 0;
            while (await body.ReadAsync(rented.AsMemory(length), cancellation) is > 0 and var count)
            {
                length += count;
                if (length == rented.Length)
                    rented = Larger(rented);
            }

            page.Read(rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static byte[] Larger(byte[] rented)
    {
        var larger = ArrayPool<byte>.Shared.Rent(rented.Length * 2);
        rented.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(rented);
        return larger;
    }

    private sealed class RawPage(Action begin, RowReader read)
    {
        public bool IsRead { get; private set; }

        public void Read(ReadOnlySpan<byte> answer)
        {
            begin();
            var json = new Utf8JsonReader(answer);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isRows = json.ValueTextEquals("value"u8);
                json.Read();
                if (!isRows)
                    json.Skip();
                while (isRows && json.Read() && json.TokenType == JsonTokenType.StartObject)
                    read(ref json);
            }

            IsRead = true;
        }
    }
}
