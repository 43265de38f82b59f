namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Text that a spreadsheet would take for a formula, and run (OWASP, CSV injection). An export puts an apostrophe
/// before it, and an import takes that off again. What begins with apostrophes and then so is treated alike: so the
/// way back is exact, whatever the text was.
/// </summary>
internal static class FieldText
{
    private const char Apostrophe = '\'';

    // With their wide forms, which some spreadsheets read alike.
    private const string Starts = "=+-@\t\r\n＝＋－＠";

    public static bool IsFormula(string text) => text.Length > 0 && Starts.Contains(text[0], StringComparison.Ordinal);

    public static string Neutralize(string text) => IsFormula(text.TrimStart(Apostrophe)) ? Apostrophe + text : text;

    public static string Restore(string text) => IsNeutralized(text) ? text[1..] : text;

    public static bool IsNeutralized(string text) => text.StartsWith(Apostrophe) && IsFormula(text.TrimStart(Apostrophe));
}
