using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>303: what was posted is done, and this is where to look. Going back or loading anew posts nothing again.</summary>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        return Task.CompletedTask;
    }
}
