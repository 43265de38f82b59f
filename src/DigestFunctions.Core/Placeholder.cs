// Stands in for Core while it is written: only the names that src/DigestFunctions hands over to. To be deleted.
#pragma warning disable
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Core
{
    internal static class ServiceRegistration
    {
        internal static IServiceCollection AddEmpathyDigest(this IServiceCollection services, IConfiguration configuration) => services
            .AddSingleton<Web.FormPages>().AddSingleton<Web.ConfirmPages>().AddSingleton<Web.UnsubscribePages>()
            .AddSingleton<Web.HealthPages>().AddSingleton<Web.Assets>()
            .AddSingleton<Schedule.RunPlanner>().AddSingleton<Operations.Sweep>()
            .AddSingleton<Delivery.RangeWorker>().AddSingleton<Delivery.SingleMailWorker>();
    }
}

namespace DigestFunctions.Core.Web
{
    internal sealed record Route(string Method, string Pattern, Func<HttpContext, Task<IResult>> Handle);

    internal static class Routes
    {
        private static readonly Func<HttpContext, Task<IResult>> None = _ => Task.FromResult(Results.Empty);

        internal static IReadOnlyList<Route> All { get; } =
        [
            new("GET", "/", None),
            new("POST", "/subscribe", None),
            new("GET", "/confirm/{token}", None),
            new("POST", "/confirm/{token}", None),
            new("GET", "/unsubscribe/{token}", None),
            new("POST", "/unsubscribe/{token}", None),
            new("GET", "/health", None),
            new("GET", "/health/ready", None),
            new("GET", "/assets/{file}", None),
        ];
    }

    internal sealed class FormPages { public Task<IResult> Show(HttpContext c) => throw new NotImplementedException(); public Task<IResult> Subscribe(HttpContext c) => throw new NotImplementedException(); }
    internal sealed class ConfirmPages { public Task<IResult> Show(HttpContext c, string token) => throw new NotImplementedException(); public Task<IResult> Confirm(HttpContext c, string token) => throw new NotImplementedException(); }
    internal sealed class UnsubscribePages { public Task<IResult> Show(HttpContext c, string token) => throw new NotImplementedException(); public Task<IResult> Leave(HttpContext c, string token) => throw new NotImplementedException(); }
    internal sealed class HealthPages { public Task<IResult> Live(HttpContext c) => throw new NotImplementedException(); public Task<IResult> Ready(HttpContext c) => throw new NotImplementedException(); }
    internal sealed class Assets { public Task<IResult> Get(HttpContext c, string file) => throw new NotImplementedException(); }
}

namespace DigestFunctions.Core.Schedule
{
    internal static class Timers { internal const string Planning = "0 */5 * * * *"; internal const string Sweep = "0 17 3 * * *"; }
    internal sealed class RunPlanner { public Task PlanAsync(CancellationToken t) => throw new NotImplementedException(); }
}

namespace DigestFunctions.Core.Operations
{
    internal sealed class Sweep { public Task RunAsync(CancellationToken t) => throw new NotImplementedException(); }
}

namespace DigestFunctions.Core.Storage
{
    internal static class Names { internal const string Connection = "Data"; internal const string RangesQueue = "ranges"; internal const string MailsQueue = "mails"; }
}

namespace DigestFunctions.Core.Delivery
{
    internal sealed class RangeWorker { public Task HandleAsync(string message, CancellationToken t) => throw new NotImplementedException(); }
    internal sealed class SingleMailWorker { public Task HandleAsync(string message, CancellationToken t) => throw new NotImplementedException(); }
}
