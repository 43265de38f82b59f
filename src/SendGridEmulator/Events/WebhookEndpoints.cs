using System.Text.Json;
using System.Text.Json.Serialization;

namespace SendGridEmulator.Events;

internal sealed record WebhookTarget(string? Url);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WebhookTarget))]
internal sealed partial class WebhookJson : JsonSerializerContext;

internal static class WebhookEndpoints
{
    public static void MapWebhook(this IEndpointRouteBuilder app)
    {
        app.MapGet("/emulator/webhook-key", (Webhook webhook) => Results.Text(webhook.PublicKey));
        app.MapGet("/emulator/webhook", (Webhook webhook) => Answer(webhook));
        app.MapPost("/emulator/webhook", SetAsync);
    }

    private static async Task<IResult> SetAsync(HttpRequest request, Webhook webhook)
    {
        try
        {
            var target = await request.ReadFromJsonAsync(WebhookJson.Default.WebhookTarget, request.HttpContext.RequestAborted);
            if (target?.Url is null)
                webhook.Url = null;
            else if (Uri.TryCreate(target.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                webhook.Url = url;
            else
                return Results.Problem("url must be an http or https address, or null for none.", statusCode: StatusCodes.Status400BadRequest);
            return Answer(webhook);
        }
        catch (Exception mistake) when (mistake is JsonException or InvalidOperationException)
        {
            return Results.Problem(mistake.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Answer(Webhook webhook) =>
        Results.Json(new WebhookTarget(webhook.Url?.AbsoluteUri), WebhookJson.Default.WebhookTarget);
}
