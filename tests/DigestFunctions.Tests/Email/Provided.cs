using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Emulator;
using Microsoft.Extensions.DependencyInjection;
using SendGrid;
using Xunit;

namespace DigestFunctions.Tests.Email;

/// <summary>The real provider before an emulator, and mail for it.</summary>
internal static class Provided
{
    public static IMailProvider By(RunningEmulator emulator, string key = "SG.test", TimeSpan? timeout = null) =>
        At(emulator.Address, emulator.Clock, key, timeout);

    public static IMailProvider At(Uri address, TimeProvider time, string key = "SG.test", TimeSpan? timeout = null)
    {
        var services = Services(address, time, key);
        return timeout is { } limit ? SendGridProvider.Create(services, limit) : SendGridProvider.Create(services);
    }

    /// <summary>With a handler of the test's in between.</summary>
    public static IMailProvider Through(HttpMessageHandler handler, RunningEmulator emulator)
    {
        var client = new SendGridClient(
            new HttpClient(handler), new SendGridClientOptions { ApiKey = "SG.test", Host = emulator.Address.ToString().TrimEnd('/') });
        return ActivatorUtilities.CreateInstance<SendGridProvider>(Services(emulator.Address, emulator.Clock, "SG.test"), (ISendGridClient)client);
    }

    public static OutgoingMail Mail(params IReadOnlyList<Recipient> recipients) =>
        new(Mails.Render($"digest {Mails.Tips.All[0].Id}", "en"), "digest", FromList: true, recipients);

    public static Recipient Person(string address, string name = "", string token = "AbCd-_123", string language = "en")
    {
        Assert.True(PersonName.TryParse(name, out var personName));
        Assert.True(Language.TryParse(language, out var parsed));
        // As from the store: the provider's rules are to be tested, not ours.
        return new Recipient(EmailAddress.FromStore(address), personName, parsed, token, "digest:2026-W48", "run/batch/1/0");
    }

    private static ServiceProvider Services(Uri address, TimeProvider time, string key) => new ServiceCollection()
        .AddSingleton(new SendGridOptions { ApiKey = key, BaseUrl = address })
        .AddSingleton(Mails.Options)
        .AddSingleton(Mails.Texts)
        .AddSingleton(Mails.Address)
        .AddSingleton(time)
        .BuildServiceProvider();
}
