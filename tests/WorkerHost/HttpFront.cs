using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkerHost.Messages;
using Yarp.ReverseProxy.Forwarder;

namespace WorkerHost;

/// <summary>
/// Where people's requests come in. As in the real host, a request is routed to its function here, the worker is asked
/// to invoke that, and the request itself is forwarded to the worker's own web server, with the invocation in a header.
/// </summary>
internal static class HttpFront
{
    /// <param name="app">The folder with host.json.</param>
    /// <param name="worker">Where the worker's web server is.</param>
    public static async Task<WebApplication> StartAsync(
        string app, IEnumerable<Function> functions, WorkerStream stream, string worker, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(_ => new HttpMessageInvoker(new Retrying(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })));
        var front = builder.Build();
        var (forwarder, http) = (front.Services.GetRequiredService<IHttpForwarder>(), front.Services.GetRequiredService<HttpMessageInvoker>());

        var prefix = await RoutePrefixAsync(app, cancellation);
        foreach (var function in functions.Where(function => function.Kind == "httpTrigger"))
            front.MapMethods($"{prefix}/{(string?)function.Trigger["route"] ?? function.Name}", function.Methods, context => ForwardAsync(context, function));
        await front.StartAsync(cancellation);
        return front;

        async Task ForwardAsync(HttpContext context, Function function)
        {
            var id = Invocation.NewId();
            context.Request.Headers["x-ms-invocation-id"] = id;
            var values = context.Request.RouteValues.Select(value => KeyValuePair.Create(value.Key, Convert.ToString(value.Value, CultureInfo.InvariantCulture)!));
            var invocation = Invocation.Begin(stream, function, new TypedData { Http = new RpcHttp() }, values, id);
            await forwarder.SendAsync(context, worker, http, ForwarderRequestConfig.Empty);
            await invocation.Ended;
        }
    }

    private static async Task<string> RoutePrefixAsync(string app, CancellationToken cancellation)
    {
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(app, "host.json"), cancellation));
        return (string?)settings?["extensions"]?["http"]?["routePrefix"] ?? "api";
    }

    // The worker introduces itself before its web server listens; the real host tries again, too.
    private sealed class Retrying(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private const int MostTries = 10;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException) when (tries < MostTries)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50 * tries), cancellationToken);
                }
            }
        }
    }
}
