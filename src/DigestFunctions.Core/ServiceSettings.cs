using System.Globalization;
using Azure.Core.Pipeline;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Web.Operate;
using Microsoft.Extensions.Configuration;
using NodaTime;

namespace DigestFunctions.Core;

/// <summary>The settings are bad or missing; each problem is one sentence that names the setting and says how to set it.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems => problems;
}

/// <summary>All settings, read once and checked together. Which there are, the README's table says.</summary>
internal sealed record ServiceSettings(
    StoreConnection Store,
    Identities Identities,
    LinkKeys LinkKeys,
    PublicAddress Address,
    MailOptions Mail,
    SendGridOptions SendGrid,
    ScheduleOptions Schedule,
    SignUpOptions SignUp,
    OperateKeys Operate,
    InsightsConnection? Insights)
{
    /// <exception cref="SettingsException">Something is bad or missing; all of it is said.</exception>
    public static ServiceSettings Read(IConfiguration configuration, HttpPipelineTransport? storeTransport = null)
    {
        var problems = new List<string>();
        var store = StoreConnection.Read(configuration, problems, storeTransport);
        var mail = ReadMail(configuration.GetSection("Mail"), problems);
        var sendGrid = ReadSendGrid(configuration.GetSection("SendGrid"), problems);

        if (!Secrets.TryParse(configuration["Identity:Secret"], out var identity))
            problems.Add(VaultReference.ProblemOf("Identity:Secret", configuration["Identity:Secret"]) ?? "Identity:Secret must be at least 32 bytes in base64; make one with 'openssl rand -base64 32' and never change it.");
        if (!LinkKeys.TryParse(configuration["Links:Secret"], out var keys))
            problems.Add(VaultReference.ProblemOf("Links:Secret", configuration["Links:Secret"]) ?? "Links:Secret must be 'keyId:secret', a number from 0 to 255 and at least 32 bytes in base64, such as 1:$(openssl rand -base64 32); several are divided by commas, the first signs.");
        var address = ReadAddress(configuration["Links:BaseUrl"]);
        if (address is null)
            problems.Add("Links:BaseUrl must be the address that people reach the service at, such as https://digest.example.org.");
        var lead = ReadLead(configuration["Delivery:Lead"]);
        if (lead is null)
            problems.Add("Delivery:Lead must be a time between 00:25:00 and 24:00:00, such as 01:00:00.");
        var concurrency = ReadConcurrency(configuration["Delivery:MaxConcurrency"]);
        if (concurrency is null)
            problems.Add("Delivery:MaxConcurrency must be a number from 1 to 32, the most that one call to the queue gives out.");
        var signUps = ReadSignUps(configuration["SignUp:MaxPerHour"]);
        if (signUps is null)
            problems.Add($"SignUp:MaxPerHour must be a number from 1 to {SignUpOptions.HighestMaxPerHour}: how many sign-ups the whole service takes in an hour.");
        if (!OperateKeys.TryParse(configuration["Operate:Key"], out var operate))
            problems.Add("Operate:Key must be at least 32 bytes in base64, such as $(openssl rand -base64 32), several divided by commas, or left out: then the operator's pages are closed.");
        if (address is { IsLocal: false })
            problems.AddRange(Examples(identity, keys, operate));
        InsightsConnection? insights = null;
        if (configuration[InsightsConnection.Setting] is { Length: > 0 } given && !InsightsConnection.TryParse(given, out insights))
            problems.Add($"{InsightsConnection.Setting} must be the connection string that Application Insights shows on its first page, such as InstrumentationKey=GUID;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/, or left out: then no telemetry leaves the service.");

        return problems.Count > 0
            ? throw new SettingsException(problems)
            : new ServiceSettings(
                store!, new Identities(identity!), keys!, address!, mail, sendGrid, new ScheduleOptions(lead!.Value, concurrency!.Value), signUps!, operate!, insights);
    }

    // Whoever knows them makes links to everybody's data.
    private static IEnumerable<string> Examples(byte[]? identity, LinkKeys? links, OperateKeys? operate) =>
        from secret in ((string Setting, bool IsExample)[])
        [
            ("Identity:Secret", identity is not null && Secrets.IsExample(identity)),
            ("Links:Secret", links?.All.Any(key => Secrets.IsExample(key.Secret)) == true),
            ("Operate:Key", operate?.HasExample == true),
        ]
        where secret.IsExample
        select $"{secret.Setting} is the one of local.settings.sample.json, which everybody knows, and Links:BaseUrl isn't this machine: make one of your own, such as by the command keys new.";

    private static MailOptions ReadMail(IConfigurationSection section, List<string> problems)
    {
        var mail = new MailOptions
        {
            FromAddress = section["FromAddress"] ?? "",
            FromName = section["FromName"] ?? "",
            ReplyTo = section["ReplyTo"] ?? "",
            PostalAddress = section["PostalAddress"] ?? "",
            ListId = section["ListId"] ?? "",
        };
        if (!EmailAddress.TryParse(mail.FromAddress, out _))
            problems.Add("Mail:FromAddress must be the address that mail comes from, such as digest@example.org.");
        if (mail.FromName.Length == 0 || VaultReference.IsUnresolved(mail.FromName))
            problems.Add(VaultReference.ProblemOf("Mail:FromName", mail.FromName) ?? "Mail:FromName must be the name that mail comes from, such as Empathy Digest.");
        if (mail.ReplyTo.Length > 0 && !EmailAddress.TryParse(mail.ReplyTo, out _))
            problems.Add("Mail:ReplyTo must be an e-mail address, or left out.");
        if (mail.PostalAddress.Length == 0 || VaultReference.IsUnresolved(mail.PostalAddress))
            problems.Add(VaultReference.ProblemOf("Mail:PostalAddress", mail.PostalAddress) ?? "Mail:PostalAddress must be the sender's postal address; the law of many countries asks for it in list mail.");
        if (Uri.CheckHostName(mail.ListId) != UriHostNameType.Dns || !mail.ListId.Contains('.', StringComparison.Ordinal))
            problems.Add("Mail:ListId must be the list's name in the form of a domain (RFC 2919), such as digest.example.org.");
        return mail;
    }

    private static SendGridOptions ReadSendGrid(IConfigurationSection section, List<string> problems)
    {
        var baseUrl = section["BaseUrl"];
        var (key, webhookKey) = ((section["ApiKey"] ?? "").Trim(), (section["WebhookPublicKey"] ?? "").Trim());
        var (keyReference, webhookReference) = (VaultReference.Find(key), VaultReference.Find(webhookKey));
        // Never sent as if it were one.
        (key, webhookKey) = (keyReference is null ? key : "", webhookReference is null ? webhookKey : "");
        if (!key.All(each => char.IsAscii(each) && !char.IsControl(each) && each != ' '))
            problems.Add("SendGrid:ApiKey must be one line without blanks, as SendGrid showed it once, or left out: then nothing is sent.");
        if (webhookKey.Length > 0 && !EventSignature.IsKey(webhookKey))
            problems.Add("SendGrid:WebhookPublicKey must be the verification key that SendGrid shows at the settings of its signed event webhook (base64, one line), or left out.");
        Uri? uri = null;
        if (!string.IsNullOrEmpty(baseUrl) && (!Uri.TryCreate(baseUrl, UriKind.Absolute, out uri) || uri.Scheme is not ("http" or "https")))
            problems.Add("SendGrid:BaseUrl must be the address of SendGrid's API, such as https://api.eu.sendgrid.com, or left out.");
        return new SendGridOptions
        {
            ApiKey = key,
            KeyReference = keyReference,
            BaseUrl = uri ?? SendGridOptions.PublicApi,
            WebhookPublicKey = webhookKey,
            WebhookKeyReference = webhookReference,
        };
    }

    private static PublicAddress? ReadAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0
            ? new PublicAddress(uri)
            : null;

    // No shorter than what keeps mail cancellable until it is due, and a planning round. .NET writes a day as 1.00:00:00, and
    // reads 24:00:00 as 24 days.
    private static Duration? ReadLead(string? text) => text switch
    {
        null or "" => ScheduleOptions.DefaultLead,
        "24:00:00" => Duration.FromDays(1),
        _ when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var lead)
            && lead >= TimeSpan.FromMinutes(25) && lead <= TimeSpan.FromHours(24) => Duration.FromTimeSpan(lead),
        _ => null,
    };

    private static SignUpOptions? ReadSignUps(string? text) => text switch
    {
        null or "" => new SignUpOptions(),
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= SignUpOptions.HighestMaxPerHour => new SignUpOptions(number),
        _ => null,
    };

    private static int? ReadConcurrency(string? text) => text switch
    {
        null or "" => ScheduleOptions.DefaultMaxConcurrency,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 32 => number,
        _ => null,
    };
}
