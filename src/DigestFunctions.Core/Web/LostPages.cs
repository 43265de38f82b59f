using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>What is shown where there is nothing.</summary>
internal sealed class LostPages(Answering answering, Pages pages)
{
    public Task<IResult> Show(HttpContext context) => answering.AnswerAsync(context, Privacy.Open, _ =>
    {
        var request = context.Request;
        var methods = Routes.All.Where(route => Matches(route.Pattern, request.Path)).SelectMany(route => route.Methods).ToList();
        if (methods.Count == 0 || methods.Contains(request.Method, StringComparer.Ordinal))
            return Task.FromResult(pages.Say(request, new Note("not_found", StatusCodes.Status404NotFound) { Link = "/" }));

        context.Response.Headers.Allow = string.Join(", ", methods);
        return Task.FromResult(pages.Say(request, new Note("wrong_method", StatusCodes.Status405MethodNotAllowed) { Link = "/" }));
    });

    /// <summary>Whether a path is one that is looked at, whatever its places hold.</summary>
    public static bool IsPage(string path) => Routes.All.Any(route => route.Method == "GET" && Matches(route.Pattern, path));

    private static bool Matches(string pattern, PathString path)
    {
        var wanted = pattern.Split('/');
        var given = (path.Value ?? "").Split('/');
        return wanted.Length == given.Length
            && wanted.Zip(given).All(pair => pair.First.StartsWith('{')
                ? pair.Second.Length > 0
                : string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
