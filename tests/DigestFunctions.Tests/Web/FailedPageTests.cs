using System.Net;
using Azure;
using Azure.Data.Tables;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>What should not happen, and does: a row that can't be read.</summary>
public sealed class FailedPageTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private TestApp App => fixture.App;

    [Theory]
    [InlineData("unsubscribe")]
    [InlineData("preferences")]
    public async Task It_is_said_with_a_reference_that_is_logged_without_what_was_in_the_row(string path)
    {
        var (email, cancellation) = ($"of.{path[..4]}@example.com", TestContext.Current.CancellationToken);
        var link = (await App.JoinAsync(email)).Link(path);
        Assert.True(EmailAddress.TryParse(email, out var address));
        var id = App.Get<Identities>().Of(address);
        await App.Store.Subscribers.UpdateEntityAsync(new TableEntity(id.Partition, id.ToString()) { ["Status"] = "Undecided" }, ETag.All, TableUpdateMode.Merge, cancellation);

        var page = await (await fixture.AskAsync(HttpMethod.Get, link)).PageAsync(HttpStatusCode.InternalServerError);

        var reference = page.QuerySelector("main")!.TextContent.Split("reference ")[1][..8];
        var logged = Assert.Single(App.Log.All, line => line.Contains(reference, StringComparison.Ordinal));
        Assert.DoesNotContain("Undecided", logged, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Split('/')[^1], logged, StringComparison.Ordinal);
    }
}
