using System.Net;
using System.Text;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using DigestFunctions.Tests.Operations.Importing;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>The operator's pages about people: each button pressed, and pressed again.</summary>
public sealed class PeoplePageTests(AppFixture fixture, SharedAzurite azurite) : IClassFixture<AppFixture>
{
    private const string Import = "/operate/people/import";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task She_is_found_by_her_address_which_stands_in_no_address_of_ours()
    {
        using var operating = await Operating.SignInAsync(fixture.App);
        await ImportAsync(operating, Importer.File(Importer.Row("find@example.com", "Fin")));

        using var found = await operating.PostFormAsync("/operate/people", "find", ("address", "Find@example.com"));

        var path = found.Headers.Location!.ToString();
        Assert.Equal($"/operate/people/{IdOf("find@example.com")}", path);
        var page = Operating.Text(await operating.PageAsync(path));
        Assert.All(["find@example.com", "active, next digest", "Fin", "consent by the file: Sign-up sheet at the spring fair"], text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Suppressed_released_and_erased_by_buttons_and_a_second_press_says_so()
    {
        using var operating = await Operating.SignInAsync(fixture.App);
        await ImportAsync(operating, Importer.File(Importer.Row("press@example.com")));
        var path = $"/operate/people/{IdOf("press@example.com")}";

        // In two tabs that were opened before.
        var form = await operating.PageAsync(path);
        var token = form.QuerySelector("[name=form_token]")!.GetAttribute("value")!;
        Assert.Equal("Suppressed", (await operating.PressAsync(path, "suppress", ("reason", "by phone"))).Heading());
        using var again = await operating.PostAsync(path + "/suppress", ("form_token", token), ("reason", "by phone"));
        Assert.Equal("Suppressed already", (await again.PageAsync(HttpStatusCode.OK)).Heading());
        Assert.Contains("by an operator", Operating.Text(await operating.PageAsync(path)), StringComparison.Ordinal);

        Assert.Equal("Released", (await operating.PressAsync(path, "release", ("reason", "by phone"))).Heading());
        using var released = await operating.PostAsync(path + "/release", ("form_token", token), ("reason", "by phone"));
        Assert.Equal("It isn't suppressed", (await released.PageAsync(HttpStatusCode.OK)).Heading());
        // The button to tell SendGrid again, which gives no reason, of a page from before that.
        using var stale = await operating.PostAsync(path + "/suppress", ("form_token", token));
        Assert.Equal("Say why", (await stale.PageAsync(HttpStatusCode.UnprocessableEntity)).Heading());

        Assert.Equal("Erase this person?", (await operating.PressAsync(path, "erase")).Heading());
        using var erased = await operating.PostAsync(path + "/erase", ("form_token", token), ("confirmed", "yes"));
        Assert.Equal("Erased", (await erased.PageAsync(HttpStatusCode.OK)).Heading());
        using var erasedAgain = await operating.PostAsync(path + "/erase", ("form_token", token), ("confirmed", "yes"));
        Assert.Equal("There is nobody to erase", (await erasedAgain.PageAsync(HttpStatusCode.OK)).Heading());
    }

    [Fact]
    public async Task While_SendGrid_can_not_be_told_the_page_says_so_and_has_a_button_to_tell_it_again()
    {
        await using var sending = await Sending.StartWithoutPumpAsync(azurite);
        await sending.Store.AddAsync(People.Active(1, Slots.Friday));
        using var operating = await Operating.SignInAsync(sending.App);
        var path = $"/operate/people/{People.Id(1)}";

        sending.Provider.OnList = () => Task.FromResult(false);
        Assert.Equal("SendGrid couldn't be told", (await operating.PressAsync(path, "suppress", ("reason", "by phone"))).Heading());
        sending.Provider.OnList = () => Task.FromResult(true);
        var told = await operating.PressAsync(path, "suppress");

        Assert.Equal("Suppressed already", told.Heading());
        Assert.Contains("SendGrid was told once more", Operating.Text(told), StringComparison.Ordinal);
        Assert.Equal([People.AddressText(1)], sending.Provider.Suppressed.Keys);
    }

    [Fact]
    public async Task A_file_is_checked_first_and_imported_by_the_button()
    {
        using var operating = await Operating.SignInAsync(fixture.App);
        var file = Importer.File(Importer.Row("page@example.com"), Importer.Row("nobody"));

        var check = await UploadAsync(operating, file);
        Assert.Equal("This would be imported", check.Heading());
        Assert.Contains("email is no address that mail can be sent to", Operating.Text(check), StringComparison.Ordinal);
        Assert.Null(await FindAsync("page@example.com"));

        var done = await PressImportAsync(operating, check);
        var again = await PressImportAsync(operating, check);

        Assert.Equal(("Imported", "Imported"), (done.Heading(), again.Heading()));
        Assert.Contains("active already, left as they are", Operating.Text(again), StringComparison.Ordinal);
        Assert.IsType<SubscriberState.Active>((await FindAsync("page@example.com"))!.State);
    }

    [Fact]
    public async Task What_is_no_CSV_or_too_large_for_a_page_is_said_and_not_imported()
    {
        using var operating = await Operating.SignInAsync(fixture.App);

        Assert.Contains("This is a web page", Operating.Text(await UploadAsync(operating, "<html>", HttpStatusCode.UnprocessableEntity)), StringComparison.Ordinal);
        Assert.Contains("The file is larger than 1 MB", Operating.Text(await UploadAsync(operating, Importer.File(new string('x', 1_100_000)), HttpStatusCode.RequestEntityTooLarge)), StringComparison.Ordinal);
        var many = Importer.File(Enumerable.Range(0, 5_001).Select(number => Importer.Row($"m{number}@example.com")));
        Assert.Contains("more than 5,000 rows", Operating.Text(await UploadAsync(operating, many, HttpStatusCode.RequestEntityTooLarge)), StringComparison.Ordinal);
        Assert.Contains("The file is empty", Operating.Text(await UploadAsync(operating, "", HttpStatusCode.UnprocessableEntity)), StringComparison.Ordinal);
        using var broken = await operating.PostAsync(Import, ("action", "check"));
        Assert.DoesNotContain("1 MB, or", Operating.Text(await broken.PageAsync(broken.StatusCode)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_is_no_file_that_is_too_large()
    {
        using var operating = await Operating.SignInAsync(fixture.App);
        using var content = new StringContent("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemail");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");

        using var answer = await operating.Http.PostAsync(Import, content, Cancellation);

        Assert.Contains("The file couldn't be read", Operating.Text(await answer.PageAsync(HttpStatusCode.BadRequest)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_file_lacks_is_said_in_the_words_of_the_page()
    {
        using var operating = await Operating.SignInAsync(fixture.App);

        var told = Operating.Text(await UploadAsync(operating, "email\na@example.com\n", HttpStatusCode.UnprocessableEntity));

        Assert.Contains("timezone (or say one for all: in the field below); and consent, when each gave it (or have them asked by mail: tick the box below)", told, StringComparison.Ordinal);
        Assert.DoesNotContain("--", told, StringComparison.Ordinal);
        var hint = Operating.Text(await operating.PageAsync(Import));
        Assert.All(Enum.GetValues<Core.Operations.Importing.ImportColumn>().Select(Core.Operations.Importing.ImportHeader.NameOf), column => Assert.Contains(column, hint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_many_rows_are_said_before_anybody_is_looked_up()
    {
        await using var sending = await Delivery.Sending.StartWithoutPumpAsync(azurite);
        var rows = Importer.File(Enumerable.Range(0, 50).Select(number => Importer.Row($"m{number}@example.com")));
        sending.Faults.Forget();

        var outcome = await sending.Get<Core.Operations.Importing.Import>().RunAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(rows)), new Core.Operations.Importing.ImportOptions(IsDryRun: true, AsksByMail: false) { MostRows = 49 }, Operator.Unnamed, progress: null, Cancellation);

        Assert.Equal(new Core.Operations.Importing.ImportOutcome.TooManyRows(49), outcome);
        Assert.Empty(sending.Faults.Seen);
    }

    [Fact]
    public async Task A_file_from_a_page_of_another_session_is_refused()
    {
        using var operating = await Operating.SignInAsync(fixture.App);

        using var answer = await PostAsync(operating, ("form_token", "x"), ("action", "import"), ("file", Importer.File(Importer.Row("foreign@example.com"))));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Null(await FindAsync("foreign@example.com"));
    }

    [Fact]
    public async Task All_are_exported_as_a_file_and_that_is_logged()
    {
        using var operating = await Operating.SignInAsync(fixture.App, "Ann");
        await ImportAsync(operating, Importer.File(Importer.Row("out@example.com", "Zoé")));

        using var answer = await operating.PostFormAsync("/operate/people", "export");

        Assert.Equal(("text/csv", "subscribers.csv"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileName));
        Assert.Contains("out@example.com,Zoé,en,Europe/Paris,", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains(await fixture.App.Get<AuditLog>().NewestAsync(50, Cancellation).ToListAsync(Cancellation), entry => entry is { By: "Ann", Action: AuditAction.Exported });
    }

    private SubscriberId IdOf(string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        return fixture.App.Get<Identities>().Of(address);
    }

    private Task<Subscriber?> FindAsync(string email) => fixture.App.Get<SubscriberStore>().FindAsync(IdOf(email), Cancellation);

    private static async Task ImportAsync(Operating operating, string file) => await PressImportAsync(operating, await UploadAsync(operating, file));

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> UploadAsync(Operating operating, string file, HttpStatusCode status = HttpStatusCode.OK)
    {
        var form = await operating.PageAsync(Import);
        using var answer = await PostAsync(operating, ("form_token", form.QuerySelector("[name=form_token]")!.GetAttribute("value")!), ("action", "check"), ("file", file));
        return await answer.PageAsync(status);
    }

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> PressImportAsync(Operating operating, AngleSharp.Html.Dom.IHtmlDocument check)
    {
        using var answer = await PostAsync(operating,
            [.. check.QuerySelectorAll("main form [name]").Select(field => (field.GetAttribute("name")!, field.GetAttribute("value") ?? ""))]);
        return await answer.PageAsync(HttpStatusCode.OK);
    }

    private static async Task<HttpResponseMessage> PostAsync(Operating operating, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            if (name == "file")
                content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), name, "people.csv");
            else
                content.Add(new StringContent(value), name);
        }

        return await operating.Http.PostAsync(Import, content, Cancellation);
    }
}
