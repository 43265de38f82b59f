using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace DigestFunctions.Tests.EntryPoints;

/// <summary>What the Functions host finds in the app: each method that is a function, with its trigger.</summary>
internal static class Functions
{
    internal static IReadOnlyList<MethodInfo> All { get; } =
        [.. from type in typeof(FormFunctions).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where method.GetCustomAttribute<FunctionAttribute>() is not null
            select method];

    internal static IEnumerable<TTrigger> Triggers<TTrigger>()
        where TTrigger : Attribute =>
        from method in All
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<TTrigger>()
        where trigger is not null
        select trigger;
}
