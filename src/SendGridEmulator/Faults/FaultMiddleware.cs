using System.Globalization;
using System.Text.Json;
using SendGridEmulator.Api;

namespace SendGridEmulator.Faults;

/// <summary>Stands before SendGrid's API and makes the faults that were asked for.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, FaultPlan plan, TimeProvider time)
{
    private static readonly object NoEventsKey = new();

    public static bool CausesNoEvents(HttpContext context) => context.Items.ContainsKey(NoEventsKey);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v3", StringComparison.Ordinal) || plan.For(context.Request.Path) is not { } fault)
        {
            await next(context);
            return;
        }

        if (fault.NoEvents)
            context.Items[NoEventsKey] = true;

        if (fault.Take || fault.Reset == FaultReset.After)
            await DoAndWithholdAsync(context, fault);
        else
            await RefuseToDoAsync(context, fault);
    }

    private async Task RefuseToDoAsync(HttpContext context, Fault fault)
    {
        await DelayAsync(context, fault);
        if (fault.Reset is not null)
            context.Abort();
        else if (fault.Status is { } status)
            await AnswerAsync(context, fault, status);
        else
            await next(context);
    }

    /// <summary>The call is done; its answer is kept back until it is clear what the caller gets to see.</summary>
    private async Task DoAndWithholdAsync(HttpContext context, Fault fault)
    {
        var wire = context.Response.Body;
        using var withheld = new MemoryStream();
        context.Response.Body = withheld;
        await next(context);
        await context.Response.BodyWriter.FlushAsync(CancellationToken.None);
        context.Response.Body = wire;

        await DelayAsync(context, fault);
        if (fault.Reset is not null)
        {
            context.Abort();
        }
        else if (fault.Status is { } status)
        {
            context.Response.Clear();
            await AnswerAsync(context, fault, status);
        }
        else
        {
            await wire.WriteAsync(withheld.ToArray(), context.RequestAborted);
        }
    }

    private async Task AnswerAsync(HttpContext context, Fault fault, int status)
    {
        context.Response.StatusCode = status;
        if (fault.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers["X-RateLimit-Limit"] = "600";
            context.Response.Headers["X-RateLimit-Remaining"] = "0";
            context.Response.Headers["X-RateLimit-Reset"] = time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }

        if (fault.Body is { ValueKind: JsonValueKind.String } text)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(text.GetString()!, context.RequestAborted);
        }
        else if (fault.Body is { } body)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body.GetRawText(), context.RequestAborted);
        }
        else if (status is >= 400)
        {
            await Refuse.With(status, Refuse.WordsFor(status)).ExecuteAsync(context);
        }
    }

    private static async Task DelayAsync(HttpContext context, Fault fault)
    {
        if (fault.DelayMs > 0)
            await Task.Delay(fault.DelayMs, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
