using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>One site for the tests of a class: none of them changes it.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    internal TestSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
