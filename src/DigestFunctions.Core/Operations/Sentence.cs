namespace DigestFunctions.Core.Operations;

/// <summary>What somebody typed or the provider said, among sentences of ours.</summary>
internal static class Sentence
{
    /// <summary>Ends it with a full stop if nothing ends it, so that what follows doesn't run into it.</summary>
    public static string Ended(string text) => text.TrimEnd() switch
    {
        "" => "",
        [.., '.' or '!' or '?' or '…'] ended => ended,
        var open => open + ".",
    };
}
