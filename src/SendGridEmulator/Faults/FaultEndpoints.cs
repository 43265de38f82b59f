namespace SendGridEmulator.Faults;

internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder app)
    {
        app.MapPost("/emulator/faults", AddAsync);
        app.MapGet("/emulator/faults", (FaultPlan plan) => Results.Json(plan.All(), FaultJson.Default.IReadOnlyListFault));
        app.MapDelete("/emulator/faults", (FaultPlan plan) =>
        {
            plan.Clear();
            return Results.NoContent();
        });
    }

    private static async Task<IResult> AddAsync(HttpRequest request, FaultPlan plan)
    {
        try
        {
            var fault = await request.ReadFromJsonAsync(FaultJson.Default.Fault, request.HttpContext.RequestAborted);
            var mistake = fault is null ? "The body must be an object." : fault.Mistake;
            if (mistake is not null)
                return Results.Problem(mistake, statusCode: StatusCodes.Status400BadRequest);

            plan.Add(fault!);
            return Results.Json(plan.All(), FaultJson.Default.IReadOnlyListFault, statusCode: StatusCodes.Status201Created);
        }
        catch (Exception mistake) when (mistake is System.Text.Json.JsonException or InvalidOperationException)
        {
            return Results.Problem(mistake.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
