using System.Diagnostics;
using System.Globalization;
using Azure.Core;
using DigestFunctions.Local;
using MemoryStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>The store in memory behind HTTP, in a process of its own, for more than Azurite can hold.</summary>
internal sealed class MemoryServer : IAsyncDisposable
{
    public const string Command = "store";

    private readonly Process process;

    private MemoryServer(Process process, Uri address) => (this.process, ConnectionString) = (process, string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=bm9uZQ==;QueueEndpoint={address}devstoreaccount1;TableEndpoint={address}devstoreaccount1;"));

    public string ConnectionString { get; }

    public static async Task<MemoryServer> StartAsync(CancellationToken cancellation)
    {
        var started = Process.Start(new ProcessStartInfo("dotnet", [typeof(MemoryServer).Assembly.Location, Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = await started.StandardOutput.ReadLineAsync(cancellation)
            ?? throw new InvalidOperationException("The store did not start; what it said is above.");
        return new MemoryServer(started, new Uri(said));
    }

    /// <summary>The other process's side: says its address, and ends when there is nothing more to read.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(System.Net.IPAddress.Loopback, 0));
        await using var app = builder.Build();
        var transport = new MemoryTransport();
        app.Run(context => AnswerAsync(transport, context));
        await app.StartAsync(cancellation);
        Console.WriteLine(LocalService.AddressOf(app));
        await Console.In.ReadToEndAsync(cancellation);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task AnswerAsync(MemoryTransport transport, HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;

        using var message = new HttpMessage(transport.CreateRequest(), new ResponseClassifier());
        message.Request.Method = RequestMethod.Parse(context.Request.Method);
        message.Request.Uri.Reset(new Uri($"http://{context.Request.Host}{context.Request.Path.ToUriComponent()}{context.Request.QueryString}"));
        message.Request.Content = RequestContent.Create(body);
        foreach (var (name, value) in context.Request.Headers)
            message.Request.Headers.Add(name, value.ToString());
        await transport.ProcessAsync(message);

        context.Response.StatusCode = message.Response.Status;
        foreach (var header in message.Response.Headers)
            context.Response.Headers.Append(header.Name, header.Value);
        if (message.Response.ContentStream is { } content)
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
