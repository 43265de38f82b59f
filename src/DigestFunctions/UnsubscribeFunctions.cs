using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class UnsubscribeFunctions(UnsubscribePages pages)
{
    [Function(nameof(ShowUnsubscribe))]
    public Task<IResult> ShowUnsubscribe(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "unsubscribe/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => pages.Show(context, token));

    [Function(nameof(Unsubscribe))]
    public Task<IResult> Unsubscribe(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "unsubscribe/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => pages.Leave(context, token));
}
