using System.Net;
using Xunit;
using static DigestFunctions.Tests.Web.PreferencesOwner;

namespace DigestFunctions.Tests.Web;

/// <summary>What is wrong with what she prefers, and what she left out.</summary>
public sealed class PreferencesFaultTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    public static TheoryData<string, string?, string> BadFields => new()
    {
        { "weekday", null, "Choose a day" },
        { "weekday", "Someday", "Choose a day" },
        { "time", null, "on the hour or half past" },
        { "time", "08:31", "on the hour or half past" },
        { "zone", null, "Choose your time zone." },
        { "zone", "Europe/Atlantis", "don’t know that time zone" },
        { "zone", "../../etc/passwd", "don’t know that time zone" },
        { "name", new string('n', 10_240), "too long" },
        { "name", "<b>Ada</b>", "can’t hold links" },
        { "name", "Ada\r\nBcc: everybody@example.com", "can’t hold links" },
        { "name", "Ada\u202eadA", "can’t hold links" },
        { "name", "раураl.com", "can’t hold links" },
        { "language", "tlh", "don’t write in that language" },
        { "focus", "cooking", "Choose among the areas" },
        { "focus", "self,<script>", "Choose among the areas" },
        { "energy", "wild", "Choose one of the three" },
        { "reminders", "Mon,Someday", "days of the week" },
        { "reminder_time", "25:00", "on the hour or half past" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task What_is_wrong_is_said_at_the_field_and_nothing_is_changed(string field, string? value, string message)
    {
        var mina = await NewAsync(fixture);
        var opened = await mina.OpenAsync();
        var fields = Fields(opened).Where(each => each.Key != field);

        var answer = await mina.PostAsync(value is null ? fields : fields.Append(new(field, value)));

        var page = await answer.PageAsync(HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Contains(message, page.QuerySelector($"#{field}-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(message, page.QuerySelector($".summary a[href='#{field}']")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.GetElementById(field));
        Assert.Empty(page.QuerySelectorAll("script:not([src]), main b"));
        Assert.Equal(Seen(opened), Seen(page));
        await mina.IsAsBeforeAsync();
    }

    [Fact]
    public async Task With_days_for_reminders_a_time_is_needed_and_without_it_is_not()
    {
        var mina = await NewAsync(fixture);
        var fields = Fields(await mina.OpenAsync()).Where(each => each.Key != "reminder_time").ToList();

        await (await mina.PostAsync(fields.Append(new("reminders", "Mon")))).PageAsync(HttpStatusCode.UnprocessableEntity);
        await (await mina.PostAsync(fields)).PageAsync();
    }

    [Fact]
    public async Task What_is_not_posted_and_can_be_left_out_stays_as_it_was()
    {
        var mina = await NewAsync(fixture);
        var saved = await mina.SaveAsync(await mina.OpenAsync(), ("name", "Mina"), ("energy", "stretch"), ("language", "ko"));

        await (await mina.PostAsync(Fields(saved).Where(each => each.Key is not ("name" or "energy" or "language" or "action")))).PageAsync();

        var preferences = (await mina.NowAsync()).Preferences;
        Assert.Equal(("Mina", "ko", Core.Tips.Energy.Stretch), (preferences.Name.ToString(), preferences.Language.ToString(), preferences.Tips.Energy));
    }
}
