using Azure.Core.Pipeline;
using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Delivery.Events;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Explaining;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Telemetry;
using DigestFunctions.Core.Tips;
using DigestFunctions.Core.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DigestFunctions.Core;

/// <summary>The whole service, for either of its entry points.</summary>
internal static class ServiceRegistration
{
    /// <param name="storeTransport">How to connect to the store, where that isn't left to the SDK.</param>
    /// <exception cref="SettingsException">A setting is bad or missing.</exception>
    /// <exception cref="InvalidDataException">The content is broken: rather no start than half a tip.</exception>
    public static IServiceCollection AddEmpathyDigest(
        this IServiceCollection services, IConfiguration configuration, HttpPipelineTransport? storeTransport = null)
    {
        var settings = ServiceSettings.Read(configuration, storeTransport);
        services.AddSingleton(settings.Identities);
        services.AddSingleton(settings.LinkKeys);
        services.AddSingleton(settings.Address);
        services.AddSingleton(settings.Mail);
        services.TryAddSingleton(settings.SendGrid);
        services.AddSingleton(settings.Schedule);
        services.AddSingleton(settings.SignUp);
        services.AddSingleton(settings.Operate);
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton(new Names());
        services.AddSingleton(settings.Store.Tables);
        services.AddSingleton(settings.Store.Queues);
        services.TryAddSingleton<Store>();
        services.AddHostedService<StoreCreation>();
        services.AddSingleton(known => HalfConfigured.Of(
            known.GetRequiredService<SendGridOptions>(), settings.Operate, settings.Address, settings.Mail));
        services.AddHostedService<GapReminder>();

        return services.AddTelemetry(settings.Insights).AddContent().AddSubscribers().AddDelivery().AddOperations().AddWeb().AddOperate();
    }

    private static IServiceCollection AddContent(this IServiceCollection services)
    {
        var content = ContentFolder.BesideProgram;
        var tips = TipLibrary.Load(content);
        return services
            .AddSingleton(content)
            .AddSingleton(Texts.Load(content))
            .AddSingleton(tips)
            .AddSingleton<Calendar>()
            .AddSingleton<Templates>()
            .AddSingleton(Questions.Load(content))
            .AddSingleton<TipModels>()
            .AddSingleton<LocalTimes>()
            .AddSingleton<MailRenderer>()
            .AddSingleton<MailSample>();
    }

    private static IServiceCollection AddSubscribers(this IServiceCollection services) => services
        .AddSingleton<SlotTable>()
        .AddSingleton<SubscriberStore>()
        .AddSingleton<ScheduleEntries>()
        .AddSingleton<WeeklyRule>()
        .AddSingleton<LinkTokens>()
        .AddSingleton<SuppressionTable>()
        .AddSingleton<Subscriptions>()
        .AddSingleton<SignUpLimits>()
        .AddSingleton<AskedAddresses>()
        .AddSingleton<CheckingIn>()
        .AddSingleton<MailedLinks>()
        .AddSingleton<AddressChanges>()
        .AddSingleton<Suppressions>();

    private static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton<Mending>()
        .AddSingleton<Purge>()
        .AddSingleton<Sweep>()
        .AddSingleton<ScheduleRebuild>()
        .AddSingleton<Snapshots>()
        .AddSingleton<TodayReader>()
        .AddSingleton<Explain>()
        .AddSingleton<Troubles>()
        .AddSingleton<Preflight>()
        .AddSingleton<TestMails>()
        .AddSingleton<AuditLog>()
        .AddSingleton(new ImportLimits())
        .AddSingleton<KnownPeople>()
        .AddSingleton<ImportJournal>()
        .AddSingleton<NewPeople>()
        .AddSingleton<Import>()
        .AddSingleton<Export>()
        .AddSingleton<ByHand>();

    private static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton<IMailProvider>(GuardedProvider.Create);
        services.AddSingleton<SendingSwitch>();
        services.AddSingleton<SendingRefusals>();
        services.TryAddSingleton<VariantOf>(content =>
        {
            var calendar = content.GetRequiredService<Calendar>();
            return (entry, issue) => new Variant(entry.Language, calendar.TipOf(entry.PracticeOf(issue), entry.Tips), entry.WeeksBack ?? 0);
        });
        services.TryAddSingleton(new RangeLimits());
        return services
            .AddSingleton<RunTable>()
            .AddSingleton<RunPlanner>()
            .AddSingleton<Ledger>()
            .AddSingleton<RenderedMails>()
            .AddSingleton<Cancellations>()
            .AddSingleton<UnknownOutcomes>()
            .AddSingleton<BadRecipients>()
            .AddSingleton<EventSignature>()
            .AddSingleton<ReportedPeople>()
            .AddSingleton<ProviderEvents>()
            .AddSingleton<Settler>()
            .AddSingleton<BatchSender>()
            .AddSingleton<RangeWorker>()
            .AddSingleton<ProviderList>()
            .AddSingleton<Erasure>()
            .AddSingleton<SingleMails>()
            .AddSingleton<SingleMailWorker>();
    }
}
