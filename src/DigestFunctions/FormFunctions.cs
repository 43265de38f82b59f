using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class FormFunctions(FormPages pages, Assets assets)
{
    // The host maps an empty route to the function's name; an optional part that must be empty is the way to "/".
    [Function(nameof(ShowForm))]
    public Task<IResult> ShowForm(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "{ignored:maxlength(0)?}")] HttpRequest request) =>
        request.ReplyAsync(pages.Show);

    [Function(nameof(Subscribe))]
    public Task<IResult> Subscribe(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "subscribe")] HttpRequest request) =>
        request.ReplyAsync(pages.Subscribe);

    [Function(nameof(GetAsset))]
    public Task<IResult> GetAsset(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "assets/{file}")] HttpRequest request, string file) =>
        request.ReplyAsync(context => assets.Get(context, file));
}
