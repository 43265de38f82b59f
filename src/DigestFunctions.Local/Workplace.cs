namespace DigestFunctions.Local;

/// <summary>Where we are: the repository's root, and in it the folder of local data.</summary>
internal sealed record Workplace(string Root)
{
    public string Data => Path.Combine(Root, ".data");

    public string NodeModules => Path.Combine(Root, "node_modules");

    public static Workplace Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DigestFunctions.sln")))
                return new Workplace(folder.FullName);
        }

        throw new LocalProblemException("The local run works inside the repository only: no DigestFunctions.sln was found above the program.");
    }

    public string InData(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([Data, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
