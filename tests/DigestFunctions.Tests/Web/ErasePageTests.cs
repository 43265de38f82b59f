using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations;
using DigestFunctions.Tests.Subscribers;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>Erasing over HTTP, by one whose first press was cut short.</summary>
public sealed class ErasePageTests(SharedAzurite azurite)
{
    [Fact]
    public async Task Pressing_again_finishes_what_was_cut_short_at_any_step_and_shows_a_page()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        var (app, number) = (sending.App, 0);
        for (var (calls, cut) = (0, true); cut; calls++)
        {
            await Moves.AddAsync(sending, People.Active(++number, Slots.Tuesday));
            var link = "/data/" + app.Get<LinkTokens>().Write(People.Token(number) with { Purpose = LinkPurpose.Data });
            var asked = await (await app.PostAsync(link, ("action", "erase"))).PageAsync();
            app.Time.Pass(Duration.FromSeconds(1));
            cut = await sending.CutAsync(calls, async () => (await app.Http.PressAsync(asked, link)).EnsureSuccessStatusCode());

            var again = await (await app.Http.PressAsync(asked, link)).PageAsync();

            Assert.Contains(again.Heading(), (string[])["All of it is erased", "There is nothing here any more"]);
            Assert.Null(await sending.FindAsync(number));
            Assert.Empty(await sending.EntriesAsync(number));
        }

        Assert.True(number > 5, $"It was cut {number} times only.");
    }
}
