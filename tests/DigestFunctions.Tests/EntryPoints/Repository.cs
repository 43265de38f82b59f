namespace DigestFunctions.Tests.EntryPoints;

internal static class Repository
{
    private static readonly string Root = Find(AppContext.BaseDirectory);

    internal static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Find(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "DigestFunctions.sln"))
            ? folder
            : Find(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("DigestFunctions.sln is in no folder above the tests."));
}
