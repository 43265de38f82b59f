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
}
