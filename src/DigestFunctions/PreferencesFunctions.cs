using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class PreferencesFunctions(PreferencesPages pages)
{
    [Function(nameof(ShowPreferences))]
    public Task<IResult> ShowPreferences(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "preferences/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => pages.Show(context, token));

    [Function(nameof(ChangePreferences))]
    public Task<IResult> ChangePreferences(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "preferences/{token}")] HttpRequest request, string token) =>
        request.ReplyAsync(context => pages.Change(context, token));
}
