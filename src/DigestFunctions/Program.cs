using DigestFunctions;
using DigestFunctions.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = FunctionsApplication.CreateBuilder(args);

builder.ConfigureFunctionsWebApplication();

// ASP.NET Core's line for each request has its path, and with it a token.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
try
{
    builder.Services.AddEmpathyDigest(builder.Configuration);
    // A provider's answer can take a minute. The host may be less patient, and kill us.
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(75));
    builder.Services.AddSingleton<Underway>().AddHostedService(services => services.GetRequiredService<Underway>());
}
catch (SettingsException bad)
{
    await Console.Error.WriteLineAsync(bad.Message);
    return 1;
}

await builder.Build().RunAsync();
return 0;
