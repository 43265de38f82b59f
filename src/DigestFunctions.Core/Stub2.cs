namespace DigestFunctions.Core.Web
{
    internal static class Stub { public static Microsoft.Extensions.DependencyInjection.IServiceCollection AddWeb(this Microsoft.Extensions.DependencyInjection.IServiceCollection s) => s; }
}
namespace DigestFunctions.Core.Tips
{
    internal static class LibStub {  }
}
