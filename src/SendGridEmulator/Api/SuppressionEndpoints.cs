using System.Text;
using System.Text.Json;
using SendGridEmulator.Mail;
using SendGridEmulator.Reading;

namespace SendGridEmulator.Api;

internal static class SuppressionEndpoints
{
    public static void MapSuppressions(this IEndpointRouteBuilder api)
    {
        api.MapPost("/asm/suppressions/global", AddAsync);
        api.MapGet("/asm/suppressions/global/{email}", (string email, Suppressions suppressions) =>
            Results.Json(new SuppressedRecipient(suppressions.Has(Whole(email)) ? Whole(email) : null), ProviderJson.Default.SuppressedRecipient));
        api.MapDelete("/asm/suppressions/global/{email}", (string email, Suppressions suppressions) =>
            suppressions.Remove(Whole(email)) ? Results.NoContent() : Refuse.With(404, "resource not found"));
    }

    // A slash may stand in an address, and is the one character that stays encoded in a path.
    private static string Whole(string email) => email.Replace("%2F", "/", StringComparison.Ordinal);

    private static async Task<IResult> AddAsync(HttpRequest request, Suppressions suppressions)
    {
        SuppressedRecipients? wanted;
        try
        {
            wanted = await JsonSerializer.DeserializeAsync(request.Body, ProviderJson.Default.SuppressedRecipients, request.HttpContext.RequestAborted);
        }
        catch (JsonException)
        {
            return Refuse.With(400, Refuse.WordsFor(400));
        }

        if (wanted?.RecipientEmails is not { Count: > 0 } emails)
            return Refuse.With(400, "recipient_emails is required", "recipient_emails");
        if (emails.Any(email => email is null || !AddressRules.IsAddress(Encoding.UTF8.GetBytes(email))))
            return Refuse.With(400, "invalid email", "recipient_emails");

        foreach (var email in emails)
            suppressions.Add(email);
        return Results.Json(wanted, ProviderJson.Default.SuppressedRecipients, statusCode: 201);
    }
}
