namespace SendGridEmulator.Api;

/// <summary>Guards SendGrid's API as SendGrid does: a bearer key or 401.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, EmulatorOptions options)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var refusal = context.Request.Path.StartsWithSegments("/v3", StringComparison.Ordinal) ? WhatIsWrong(context.Request) : null;
        if (refusal is null)
            await next(context);
        else
            await Refuse.With(401, refusal).ExecuteAsync(context);
    }

    private string? WhatIsWrong(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var given = request.Headers.Authorization.ToString();
        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || given[Scheme.Length..].Trim() is not { Length: > 0 } key)
            return Refuse.Unauthorized;

        return options.ApiKey is null || key == options.ApiKey ? null : Refuse.WrongKey;
    }
}
