using System.Text.RegularExpressions;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Text that a spreadsheet would take for a formula, and run (OWASP, CSV injection). An export puts an apostrophe
/// before it, and an import takes that off again. What begins with apostrophes and then so is treated alike: so the
/// way back is exact, whatever the text was.
/// </summary>
internal static partial class FieldText
{
    // With their wide forms, which some spreadsheets read alike.
    private const string Starts = "=+-@\t\r\n＝＋－＠";

    // A spreadsheet that parts cells at semicolons, as in much of Europe, or at tabs, knows nothing of our quotes: a
    // cell begins after each of these too, and loses quotes and spaces before the formula.
    private const string CellStart = @"(?<=\A|[;\t\r\n])";
    private const string Formula = @"(?=['""\p{Zs}]*[=+\-@\t\r\n＝＋－＠])";

    public static bool IsFormula(string text) => text.Length > 0 && Starts.Contains(text[0], StringComparison.Ordinal);

    public static string Neutralize(string text) => Formulas().Replace(text, "'");

    public static string Restore(string text) => Neutralized().Replace(text, "");

    [GeneratedRegex(CellStart + Formula, RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Formulas();

    [GeneratedRegex(CellStart + "'" + Formula, RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Neutralized();
}
