using System.Text.Json;
using SendGridEmulator.Mail;

namespace SendGridEmulator.Api;

internal static class BatchEndpoints
{
    public static void MapBatches(this IEndpointRouteBuilder api)
    {
        api.MapPost("/mail/batch", (Batches batches) => Created(new BatchCreated(batches.Make())));
        api.MapGet("/mail/batch/{id}", (string id, Batches batches) =>
            batches.Knows(id) ? Results.Json(new BatchCreated(id), ProviderJson.Default.BatchCreated) : Refuse.With(400, "invalid batch id"));

        api.MapGet("/user/scheduled_sends", (Batches batches) => List(batches.AllSet()));
        api.MapGet("/user/scheduled_sends/{id}", (string id, Batches batches) => List(batches.AllSet().Where(b => b.BatchId == id)));
        api.MapPost("/user/scheduled_sends", SetAsync);
        api.MapPatch("/user/scheduled_sends/{id}", ChangeAsync);
        api.MapDelete("/user/scheduled_sends/{id}", (string id, Batches batches, Mailroom mailroom) =>
        {
            // What was due before the cancellation is lifted is gone by then.
            mailroom.Settle();
            return Answer(batches.Change(id, null), Results.NoContent);
        });
    }

    private static async Task<IResult> SetAsync(HttpRequest request, Batches batches, Mailroom mailroom, TimeProvider time)
    {
        if (await ReadAsync(request) is not { BatchId: { } id } change)
            return Refuse.With(400, "invalid batch id", "batch_id");
        if (StatusOf(change) is not { } status)
            return Refuse.With(400, "status must be either cancel or pause", "status");

        mailroom.Settle();
        // Only where mail is delivered when it comes: it would be sent anew, and be there twice.
        if (mailroom.HasLeftAhead(id))
            return Refuse.With(400, "the mail of this batch has left, since it is delivered at once here", "batch_id");
        return Answer(batches.Set(id, status, time.GetUtcNow()), () =>
            Results.Json(new ScheduledSend(id, NameOf(status)), ProviderJson.Default.ScheduledSend, statusCode: 201));
    }

    private static async Task<IResult> ChangeAsync(string id, HttpRequest request, Batches batches, Mailroom mailroom)
    {
        if (await ReadAsync(request) is not { } change || StatusOf(change) is not { } status)
            return Refuse.With(400, "status must be either cancel or pause", "status");

        mailroom.Settle();
        return Answer(batches.Change(id, status), Results.NoContent);
    }

    private static async Task<ScheduledSendChange?> ReadAsync(HttpRequest request)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, ProviderJson.Default.ScheduledSendChange, request.HttpContext.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static BatchStatus? StatusOf(ScheduledSendChange change) => change.Status switch
    {
        "cancel" => BatchStatus.Cancel,
        "pause" => BatchStatus.Pause,
        _ => null,
    };

    private static string NameOf(BatchStatus? status) => status == BatchStatus.Pause ? "pause" : "cancel";

    private static IResult Answer(BatchRefusal? refusal, Func<IResult> otherwise) =>
        refusal is null ? otherwise() : Refuse.With(refusal.Status, refusal.Message, refusal.Field);

    private static IResult Created(BatchCreated batch) =>
        Results.Json(batch, ProviderJson.Default.BatchCreated, statusCode: 201);

    private static IResult List(IEnumerable<BatchSet> batches) =>
        Results.Json([.. batches.Select(b => new ScheduledSend(b.BatchId, NameOf(b.Status)))], ProviderJson.Default.IReadOnlyListScheduledSend);
}
