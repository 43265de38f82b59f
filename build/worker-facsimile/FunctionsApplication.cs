using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    /// <summary>Says in one sentence that there is no worker here, and ends the process with exit code 1.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        // Not an exception: the newcomer who runs this should read a sentence and no stack trace.
        Console.Error.WriteLine(Facsimile.Explanation);
        Environment.Exit(1);
        throw Facsimile.Unsupported();
    }
}

public class FunctionsApplicationBuilder : IHostApplicationBuilder
{
    internal FunctionsApplicationBuilder()
    {
    }

    public IDictionary<object, object> Properties => throw Facsimile.Unsupported();

    public ConfigurationManager Configuration => throw Facsimile.Unsupported();

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public IHostEnvironment Environment => throw Facsimile.Unsupported();

    public ILoggingBuilder Logging => throw Facsimile.Unsupported();

    public IMetricsBuilder Metrics => throw Facsimile.Unsupported();

    public IServiceCollection Services => throw Facsimile.Unsupported();

    public IHost Build() => throw Facsimile.Unsupported();

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => throw Facsimile.Unsupported();
}

public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) => throw Facsimile.Unsupported();
}

internal static class Facsimile
{
    internal const string Explanation =
        "This was built against a facsimile of the Functions worker, because the package source lacked the real packages, and can't run: use src/DigestFunctions.Local, or build again where they can be restored, after deleting artifacts/.";

    internal static NotSupportedException Unsupported() => new("facsimile: " + Explanation);
}
