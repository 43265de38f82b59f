using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Web.Operate;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Core.Web;

internal static class WebServices
{
    /// <summary>The pages. They need the texts and templates, the subscriptions, the store and the clock from elsewhere.</summary>
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<Assets>()
        .AddSingleton<Readers>()
        .AddSingleton<Pages>()
        .AddSingleton<ZoneChoices>()
        .AddSingleton<PageStamp>()
        .AddSingleton<FieldModels>()
        .AddSingleton<SignUpForm>()
        .AddSingleton<SubscriptionFacts>()
        .AddSingleton<SubscriptionPages>()
        .AddSingleton<Answering>()
        .AddSingleton<FormPages>()
        .AddSingleton<ConfirmPages>()
        .AddSingleton<UnsubscribePages>()
        .AddSingleton<PreferencesPage>()
        .AddSingleton<PreferencesPages>()
        .AddSingleton<CheckInPages>()
        .AddSingleton<LinkPages>()
        .AddSingleton<DataExport>()
        .AddSingleton<DataPages>()
        .AddSingleton<AddressPages>()
        .AddSingleton<Archive>()
        .AddSingleton<ArchivePages>()
        .AddSingleton<QuestionPages>()
        .AddSingleton<WebhookPages>()
        .AddSingleton<HealthPages>()
        .AddSingleton<LostPages>();

    /// <summary>The operator's pages, and the gate before them.</summary>
    public static IServiceCollection AddOperate(this IServiceCollection services) => services
        .AddSingleton<OperatorTries>()
        .AddSingleton<OperateGate>()
        .AddSingleton<OperatePage>()
        .AddSingleton<OperateRoom>()
        .AddSingleton<SignInPages>()
        .AddSingleton<IOperatePages, TodayPages>()
        .AddSingleton<IsOwnPage>(LostPages.IsPage)
        .AddSingleton<IOperatePages, SubscriberPages>()
        .AddSingleton<IOperatePages, HeldPages>()
        .AddSingleton<IOperatePages, SendPages>()
        .AddSingleton<IOperatePages, PreviewPages>()
        .AddSingleton<IOperatePages, OpenApiPages>()
        .AddSingleton<IOperatePages, ImportPages>()
        .AddSingleton<IOperatePages, PeoplePages>()
        .AddSingleton<IOperatePages, AuditPages>();
}
