using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class CheckInFunctions(CheckInPages pages)
{
    [Function(nameof(ShowCheckIn))]
    public Task<IResult> ShowCheckIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "checkin/{token}/{issue}")] HttpRequest request, string token, string issue) =>
        request.ReplyAsync(context => pages.Show(context, token, issue));

    [Function(nameof(CheckIn))]
    public Task<IResult> CheckIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "checkin/{token}/{issue}")] HttpRequest request, string token, string issue) =>
        request.ReplyAsync(context => pages.CheckIn(context, token, issue));
}
