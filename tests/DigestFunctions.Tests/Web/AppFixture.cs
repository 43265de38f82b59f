using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>One service for the tests of a class; each has addresses of its own in it.</summary>
public sealed class AppFixture(SharedAzurite azurite) : IAsyncLifetime
{
    internal TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>Asks as a browser does.</summary>
    internal async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Accept", "text/html");
        return await App.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
