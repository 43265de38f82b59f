using System.Net;
using DigestFunctions.Core;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Web.Operate;
using DigestFunctions.Local;
using DigestFunctions.Tests.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DigestFunctions.Tests;

/// <summary>Keys are changed while the service runs: two live at once, then the old one is dropped.</summary>
public sealed class RotationTests(SharedAzurite azurite)
{
    private readonly Names names = new("r" + Guid.NewGuid().ToString("n")[..20]);
    private readonly string identity = Secrets.New();
    private readonly string old = $"1:{Secrets.New()}";
    private readonly string fresh = $"2:{Secrets.New()}";

    [Fact]
    public async Task Links_of_the_old_key_open_while_both_are_set_and_then_offer_a_new_one()
    {
        await using var before = await StartAsync(old);
        var link = (await before.JoinAsync("reader@example.com")).Link("preferences");
        await using var both = await StartAsync($"{fresh},{old}");
        await using var after = await StartAsync(fresh);

        using var open = await both.GetAsync(link);
        using var closed = await after.GetAsync(link);

        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        var page = await closed.PageAsync(HttpStatusCode.NotFound);
        Assert.Equal("This link doesn’t work", page.Heading());
        Assert.NotNull(page.QuerySelector("main a[href^='/link']"));
        // What is mailed by then is good for both, and what is mailed afterwards not for the old key alone.
        var mailed = both.Get<LinkTokens>().Write(People.Token(1));
        Assert.IsType<TokenReading.Good>(after.Get<LinkTokens>().Read(mailed, LinkPurpose.Mail));
        Assert.IsType<TokenReading.Bad>(before.Get<LinkTokens>().Read(mailed, LinkPurpose.Mail));
    }

    [Fact]
    public void Both_of_the_operators_keys_open_the_first_signs_and_without_it_its_sessions_are_over()
    {
        var (first, second) = (Secrets.New(), Secrets.New());
        Assert.True(OperateKeys.TryParse($"{first},{second}", out var both));
        Assert.True(OperateKeys.TryParse(first, out var onlyFirst) & OperateKeys.TryParse(second, out var onlySecond));
        Assert.True(Operator.TryParse("Jo", out var jo));

        Assert.True(both.Opens(first) && both.Opens(second));
        Assert.True(onlyFirst!.Opens(first) && !onlyFirst.Opens(second));
        var session = OperatorSession.Begin(jo, TestApp.Start).Write(both);
        Assert.NotNull(OperatorSession.Read(session, onlyFirst, TestApp.Start));
        Assert.Null(OperatorSession.Read(session, onlySecond!, TestApp.Start));
    }

    [Fact]
    public async Task What_keys_new_prints_is_what_the_settings_take()
    {
        using var output = new StringWriter();
        await KeysCommand.WriteAsync(new CommandOutput(output, IsJson: false), number: 7);
        var printed = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split('=', 2)).ToDictionary(
            line => line[0].Replace("__", ":", StringComparison.Ordinal), line => (string?)line[1]);
        var settings = TestApp.Settings(azurite.ConnectionString, new Uri("http://localhost:1"));
        foreach (var (setting, value) in printed)
            settings[setting] = value;
        settings["Links:BaseUrl"] = "https://digest.example.org";

        var read = ServiceSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

        Assert.Equal(["Identity:Secret", "Links:Secret", "Operate:Key"], printed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(7, read.LinkKeys.Current.Id);
        Assert.True(read.Operate.Opens(printed["Operate:Key"]));
    }

    private Task<TestApp> StartAsync(string linkKeys) => TestApp.StartAsync(azurite, services => services.AddSingleton(names), settings =>
    {
        settings["Identity:Secret"] = identity;
        settings["Links:Secret"] = linkKeys;
    });
}
