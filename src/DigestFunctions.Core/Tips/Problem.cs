using System.Globalization;

namespace DigestFunctions.Core.Tips;

/// <summary>What is wrong with a file of the library, and where.</summary>
/// <param name="File">Relative to the content folder, with slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="Message">A phrase that goes on from the place.</param>
internal sealed record Problem(string File, int Line, string Message)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"content/{File}:{Line}: {Message}");
}
