namespace DigestFunctions.Core.Email;

/// <summary>Where what subscribers read lies: the folder <c>content</c> beside the program.</summary>
internal sealed record ContentFolder(string Path)
{
    public static ContentFolder BesideProgram { get; } = new(System.IO.Path.Combine(AppContext.BaseDirectory, "content"));

    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}
