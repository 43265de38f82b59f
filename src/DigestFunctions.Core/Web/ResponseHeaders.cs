using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>How carefully an answer is to be treated on its way.</summary>
internal enum Privacy
{
    /// <summary>A page for everybody.</summary>
    Open,

    /// <summary>A page whose address is a secret.</summary>
    Token,

    /// <summary>A file that is the same for everybody, and says itself how long it is good.</summary>
    Asset,
}

/// <summary>The headers of every answer, set here since only one of the two entry points could have them elsewhere.</summary>
internal static class ResponseHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Set(HttpContext context, Privacy privacy)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.StrictTransportSecurity = "max-age=31536000";
        headers["Referrer-Policy"] = privacy == Privacy.Token ? "no-referrer" : "strict-origin-when-cross-origin";
        if (privacy == Privacy.Asset)
            return;

        headers.Vary = "Accept-Language";
        headers.CacheControl = privacy == Privacy.Token || HttpMethods.IsPost(context.Request.Method) ? "no-store" : "no-cache";
        if (privacy == Privacy.Token)
            headers["X-Robots-Tag"] = "noindex";
    }
}
