using System.Text.Json;
using DigestFunctions.Core.Email;
using DigestFunctions.Tests.Emulator;
using Xunit;
using static DigestFunctions.Tests.Email.Provided;

namespace DigestFunctions.Tests.Email;

/// <summary>Whom a refusal is about: nobody is suppressed for a fault of ours.</summary>
public sealed class SendGridRefusalTests
{
    private static readonly IReadOnlyList<Recipient> Recipients =
        [Person("reader@example.org", "Ada"), Person("mina.kim+digest@example.org"), Person("o'brien@example.org")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recipients_that_the_provider_names_are_told_by_their_index_and_its_words()
    {
        await using var emulator = await RunningEmulator.StartAsync();
        var mail = Mail(Person("a@example.org"), Person("b at example.org"), Person("c@example.org"), Person("d@@example.org"));

        var outcome = Assert.IsType<SendOutcome.BadRecipients>(await By(emulator).SendAsync(mail, Cancellation));

        Assert.Equal([new(1, "Does not contain a valid address."), new BadRecipient(3, "Does not contain a valid address.")], outcome.Bad);
        Assert.Equal(0, await emulator.StatAsync("accepted"));
    }

    [Fact]
    public void Words_that_name_an_address_are_left_out_and_the_index_is_not()
    {
        var outcome = Assert.IsType<SendOutcome.BadRecipients>(BadRequest(("personalizations.2.to", "reader@example.org is not valid.")));

        Assert.Equal(2, Assert.Single(outcome.Bad).Index);
        Assert.DoesNotContain("reader", outcome.Bad[0].Why + outcome.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The email 'reader@example.org' is bad.", "The email is bad.")]
    [InlineData("The user 'reader' is bad.", "The user is bad.")]
    [InlineData("user=Mina.Kim;code=3 is bad.", "is bad.")]
    [InlineData("<mina.kim+digest> is bad.", "is bad.")]
    [InlineData("o'brien is bad.", "is bad.")]
    [InlineData("Ada, reader%40example.org", "(left out, since it names somebody)")]
    [InlineData("Some readers are bad.", "Some readers are bad.")]
    public void What_names_somebody_of_the_call_is_left_out_and_the_rest_is_said(string words, string said)
    {
        Assert.Equal($"400 ({said})", Assert.IsType<SendOutcome.RefusedUnnamed>(BadRequest((null, words))).Why);
        Assert.Equal(said, Assert.IsType<SendOutcome.BadRecipients>(BadRequest(("personalizations.1.to", words))).Bad[0].Why);
    }

    [Fact]
    public void A_recipient_with_two_errors_is_one() =>
        Assert.Single(Assert.IsType<SendOutcome.BadRecipients>(
            BadRequest(("personalizations.1.to.0.email", "One."), ("personalizations.1.to.0.name", "Two."))).Bad);

    [Theory]
    [InlineData("from.email")]
    [InlineData("personalizations")]
    [InlineData("personalizations.0")]
    [InlineData("personalizations.0.substitutions")]
    [InlineData("personalizations.0.custom_args")]
    [InlineData("personalizations.0.headers.reply-to")]
    [InlineData("personalizations.0.token")]
    [InlineData("personalizations.3.to")]
    [InlineData("personalizations.99999999999.to")]
    public void What_isnt_about_recipients_that_we_have_is_our_fault(string field)
    {
        Assert.IsType<SendOutcome.Refused>(BadRequest((field, "The address is bad.")));
        Assert.IsType<SendOutcome.Refused>(BadRequest(("personalizations.0.to", "The address is bad."), (field, "The address is bad.")));
    }

    [Fact]
    public async Task The_same_address_twice_is_our_fault()
    {
        await using var emulator = await RunningEmulator.StartAsync();

        var outcome = await By(emulator).SendAsync(Mail(Person("a@example.org"), Person("a@example.org")), Cancellation);

        Assert.DoesNotContain('@', Assert.IsType<SendOutcome.Refused>(outcome).Why);
    }

    [Theory]
    [InlineData("Invalid recipient.", true)]
    [InlineData("reader@example.org is an invalid e-mail address", true)]
    [InlineData("The from address does not match a verified Sender Identity.", false)]
    [InlineData("Your IP address isn't allowed.", false)]
    [InlineData("There is a limit of 1000 total recipients per request.", false)]
    [InlineData("Bad Request", false)]
    public void A_refusal_without_a_field_is_about_a_recipient_only_if_its_words_are(string words, bool aboutRecipient)
    {
        var outcome = Assert.IsType<SendOutcome.RefusedUnnamed>(BadRequest((null, words)));

        Assert.Equal(aboutRecipient, outcome.AboutRecipient);
        Assert.DoesNotContain('@', outcome.Why);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"errors":[]}""")]
    [InlineData("""{"errors":"address"}""")]
    [InlineData("""{"errors":["address"]}""")]
    [InlineData("""{"errors":[{"message":"\ud800 address","field":null}]}""")]
    public void A_bad_request_without_errors_to_read_is_about_nobody(string body) =>
        Assert.False(Assert.IsType<SendOutcome.RefusedUnnamed>(SendGridErrors.Read(body, Recipients).BadRequest("400")).AboutRecipient);

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_key_is_told_with_the_providers_words(int status)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$$"""
            {"calls":1,"status":{{{status}}},"body":{"errors":[
              {"message":"reader@example.org is not valid.","field":null},
              {"message":"Not allowed.","field":"from.email"}]}}
            """);

        var outcome = Assert.IsType<SendOutcome.NotAllowed>(await By(emulator).SendAsync(Mail(Person("reader@example.org")), Cancellation));

        Assert.Equal(status, outcome.Status);
        Assert.Contains("from.email: Not allowed.", outcome.Why, StringComparison.Ordinal);
        Assert.DoesNotContain('@', outcome.Why);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(415)]
    public async Task Any_other_refusal_is_our_fault(int status)
    {
        await using var emulator = await RunningEmulator.StartAsync();
        await emulator.PostAsync("/emulator/faults", $$"""{"calls":1,"status":{{status}},"body":"<html>"}""");

        var outcome = Assert.IsType<SendOutcome.Refused>(await By(emulator).SendAsync(Mail(Person("reader@example.org")), Cancellation));

        Assert.Equal(status, outcome.Status);
    }

    private static SendOutcome BadRequest(params (string? Field, string Words)[] errors) =>
        SendGridErrors.Read(JsonSerializer.Serialize(new { errors = errors.Select(error => new { message = error.Words, field = error.Field }) }), Recipients)
            .BadRequest("400");
}
