using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class ConfirmFunctions(ConfirmPages pages)
{
    [Function(nameof(ShowConfirm))]
    public Task<IResult> ShowConfirm(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "confirm/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => pages.Show(context, token));

    [Function(nameof(Confirm))]
    public Task<IResult> Confirm(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "confirm/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => pages.Confirm(context, token));
}
