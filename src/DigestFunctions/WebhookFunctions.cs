using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class WebhookFunctions(WebhookPages pages)
{
    [Function(nameof(ReceiveEvents))]
    public Task<IResult> ReceiveEvents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webhooks/sendgrid")] HttpRequest request) =>
        request.ReplyAsync(pages.Receive);
}
