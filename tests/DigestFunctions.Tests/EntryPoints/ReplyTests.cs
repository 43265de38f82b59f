using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests.EntryPoints;

public sealed class ReplyTests
{
    [Fact]
    public async Task An_answer_is_sent_once_and_not_handed_to_the_host_as_well()
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
            Response = { Body = new MemoryStream() },
        };

        var returned = await context.Request.ReplyAsync(_ => Task.FromResult(Results.Text("hello")));

        Assert.Equal("hello"u8.ToArray(), ((MemoryStream)context.Response.Body).ToArray());
        Assert.Equal("{}", JsonSerializer.Serialize<object>(returned));
    }
}
