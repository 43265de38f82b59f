using System.Text.Json.Serialization;

namespace SendGridEmulator.Api;

/// <summary>
/// One entry of the array in which SendGrid says what is wrong. The field is a path such as
/// <c>personalizations.3.to.0.email</c>, or null where no field is at fault; help is a page of documentation.
/// </summary>
internal sealed record ApiError(string Message, string? Field = null, string? Help = null);

internal sealed record ApiErrors([property: JsonPropertyName("errors")] IReadOnlyList<ApiError> Errors);

internal static class Refuse
{
    public const string Unauthorized = "authorization required";
    public const string WrongKey = "The provided authorization grant is invalid, expired, or revoked";

    public static IResult With(int status, string message, string? field = null) =>
        With(status, [new ApiError(message, field)]);

    public static IResult With(int status, IReadOnlyList<ApiError> errors) =>
        Results.Json(new ApiErrors(errors), ProviderJson.Default.ApiErrors, statusCode: status);

    /// <summary>What SendGrid says when a status has no more particular words.</summary>
    public static string WordsFor(int status) => status switch
    {
        400 => "Bad Request",
        401 => Unauthorized,
        403 => "access forbidden",
        404 => "not found",
        405 => "method not allowed",
        413 => "content too large",
        415 => "Content-Type should be application/json",
        429 => "too many requests",
        _ => "internal server error",
    };
}
