using DigestFunctions.Core.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions;

internal sealed class ReadingFunctions(ArchivePages archive, QuestionPages questions)
{
    [Function(nameof(ListArchive))]
    public Task<IResult> ListArchive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "archive")] HttpRequest request) =>
        request.ReplyAsync(archive.List);

    [Function(nameof(ShowIssue))]
    public Task<IResult> ShowIssue(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "archive/{issue}")] HttpRequest request, string issue) =>
        request.ReplyAsync(context => archive.Show(context, issue));

    [Function(nameof(ShowIssuesTip))]
    public Task<IResult> ShowIssuesTip(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "archive/{issue}/{tip}")] HttpRequest request, string issue, string tip) =>
        request.ReplyAsync(context => archive.Show(context, issue, tip));

    [Function(nameof(GetFeed))]
    public Task<IResult> GetFeed(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "feed.xml")] HttpRequest request) =>
        request.ReplyAsync(archive.Feed);

    [Function(nameof(GetSitemap))]
    public Task<IResult> GetSitemap(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "sitemap.xml")] HttpRequest request) =>
        request.ReplyAsync(archive.Sitemap);

    [Function(nameof(ShowQuestion))]
    public Task<IResult> ShowQuestion(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "questions/{slug}")] HttpRequest request, string slug) =>
        request.ReplyAsync(context => questions.Show(context, slug));

    [Function(nameof(ShowPrivacy))]
    public Task<IResult> ShowPrivacy(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "privacy")] HttpRequest request) =>
        request.ReplyAsync(questions.ShowPrivacy);
}
