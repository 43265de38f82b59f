using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class DataFunctions(LinkPages links, DataPages data, AddressPages addresses)
{
    [Function(nameof(ShowLink))]
    public Task<IResult> ShowLink(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "link")] HttpRequest request) =>
        request.ReplyAsync(links.Show);

    [Function(nameof(AskForLink))]
    public Task<IResult> AskForLink(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "link")] HttpRequest request) =>
        request.ReplyAsync(links.Ask);

    [Function(nameof(OfferData))]
    public Task<IResult> OfferData(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "preferences/{token}/data")] HttpRequest request, string token) =>
        request.ReplyAsync(context => data.Offer(context, token));

    [Function(nameof(AskForData))]
    public Task<IResult> AskForData(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "preferences/{token}/data")] HttpRequest request, string token) =>
        request.ReplyAsync(context => data.Ask(context, token));

    [Function(nameof(ShowData))]
    public Task<IResult> ShowData(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "data/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => data.Show(context, token));

    [Function(nameof(ActOnData))]
    public Task<IResult> ActOnData(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "data/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => data.Act(context, token));

    [Function(nameof(ShowAddress))]
    public Task<IResult> ShowAddress(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "address/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => addresses.Show(context, token));

    [Function(nameof(ConfirmAddress))]
    public Task<IResult> ConfirmAddress(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "address/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => addresses.Confirm(context, token));
}
