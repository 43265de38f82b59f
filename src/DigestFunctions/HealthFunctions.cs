using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class HealthFunctions(HealthPages pages)
{
    [Function(nameof(Live))]
    public Task<IResult> Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequest request) =>
        request.ReplyAsync(pages.Live);

    [Function(nameof(Ready))]
    public Task<IResult> Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequest request) =>
        request.ReplyAsync(pages.Ready);
}
