using DigestFunctions.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);

builder.ConfigureFunctionsWebApplication();
try
{
    builder.Services.AddEmpathyDigest(builder.Configuration);
}
catch (SettingsException bad)
{
    await Console.Error.WriteLineAsync(bad.Message);
    return 1;
}

await builder.Build().RunAsync();
return 0;
