using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SendGridEmulator.Api;
using SendGridEmulator.Events;
using SendGridEmulator.Faults;
using SendGridEmulator.Inbox;
using SendGridEmulator.Mail;

namespace SendGridEmulator;

/// <summary>The emulator as a web application that another process can hold: build, start, ask its address, stop.</summary>
internal static class EmulatorHost
{
    /// <summary>Silent unless <paramref name="logging"/> adds a provider. Ctrl-C is left to the caller.</summary>
    public static WebApplication Build(EmulatorOptions options, TimeProvider? time = null, Action<ILoggingBuilder>? logging = null)
    {
        // Empty: no settings from the environment of whoever holds it, no port but the one asked for.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "SendGridEmulator" });
        // Inline: a request of 1,000 recipients comes in a hundred pieces, and a thread switch for each costs more than reading it.
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The endpoint says in SendGrid's words that a body is too large.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(options.BindTo, options.Port);
        });
        logging?.Invoke(builder.Logging);

        builder.Services
            .AddRoutingCore()
            .AddSingleton<IHostLifetime, CallersLifetime>()
            .AddSingleton(options)
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<Journal>()
            .AddSingleton<Batches>()
            .AddSingleton<Suppressions>()
            .AddSingleton<Tally>()
            .AddSingleton<Webhook>()
            .AddSingleton<EventQueue>()
            .AddSingleton<Mailroom>()
            .AddSingleton<FaultPlan>()
            .AddHostedService<MailroomService>()
            .AddHostedService<EventPoster>();

        var app = builder.Build();
        app.UseMiddleware<RequestCount>();
        app.UseMiddleware<FaultMiddleware>();
        app.UseMiddleware<ApiKeyMiddleware>();
        app.UseStatusCodePages(SayInProvidersWords);
        app.UseRouting();

        var api = app.MapGroup("/v3");
        api.MapPost("/mail/send", MailSendEndpoint.HandleAsync);
        api.MapBatches();
        api.MapSuppressions();
        api.MapGet("/scopes", () => Results.Json(new GrantedScopes(["mail.send", "mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read", "user.scheduled_sends.delete", "asm.suppressions.global.create", "asm.suppressions.global.delete"]), ProviderJson.Default.GrantedScopes));
        app.MapInbox();
        app.MapFaults();
        app.MapWebhook();
        return app;
    }

    /// <summary>Where a started emulator listens.</summary>
    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private static Task SayInProvidersWords(StatusCodeContext context)
    {
        var http = context.HttpContext;
        return http.Request.Path.StartsWithSegments("/v3", StringComparison.Ordinal)
            ? Refuse.With(http.Response.StatusCode, Refuse.WordsFor(http.Response.StatusCode)).ExecuteAsync(http)
            : Task.CompletedTask;
    }

    /// <summary>Whoever holds the emulator decides when it ends; it doesn't listen to signals by itself.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Counts what was asked of mail/send, whatever was answered.</summary>
    private sealed class RequestCount(RequestDelegate next, Tally tally)
    {
        public Task InvokeAsync(HttpContext context)
        {
            if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == "/v3/mail/send")
                tally.Asked();
            return next(context);
        }
    }
}
