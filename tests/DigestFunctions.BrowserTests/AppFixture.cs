using DigestFunctions.Tests;
using Xunit;

namespace DigestFunctions.BrowserTests;

/// <summary>One service for the tests of a class; each has addresses of its own in it.</summary>
public sealed class AppFixture(SharedAzurite azurite) : IAsyncLifetime
{
    internal TestApp App { get; private set; } = null!;

    internal Uri Address => App.Http.BaseAddress!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
