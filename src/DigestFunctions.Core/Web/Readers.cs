using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DigestFunctions.Core.Web;

/// <summary>Who reads the answer: in which language, and whether it is a person or a program.</summary>
internal sealed class Readers(Texts texts)
{
    /// <summary>The language that was switched to, if one was.</summary>
    public Language? Chosen(HttpRequest request) =>
        TryKnown(request.Query["language"], out var language) ? language : null;

    /// <summary>The language that was switched to, or else the best one by Accept-Language (RFC 9110, 12.5.4).</summary>
    public Language LanguageOf(HttpRequest request) => Chosen(request) ?? Preferred(request);

    public bool TryKnown(string? text, out Language language) =>
        Language.TryParse(text?.Trim(), out language) && texts.Has(language);

    public static bool IsProgram(HttpRequest request)
    {
        if (request.HasJsonContentType() || request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase))
            return true;
        var accepted = request.GetTypedHeaders().Accept.Select(type => type.MediaType.Value ?? "").ToList();
        return accepted.Exists(type => type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            && !accepted.Exists(type => type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase));
    }

    private Language Preferred(HttpRequest request)
    {
        foreach (var wanted in request.GetTypedHeaders().AcceptLanguage
            .Where(wanted => wanted.Quality is null or > 0)
            .OrderByDescending(wanted => wanted.Quality ?? 1))
        {
            if (TryKnown(Primary(wanted), out var language))
                return language;
        }

        return Language.English;
    }

    // "ko" of "ko-KR".
    private static string Primary(StringWithQualityHeaderValue wanted) => wanted.Value.ToString().Split('-')[0];
}
