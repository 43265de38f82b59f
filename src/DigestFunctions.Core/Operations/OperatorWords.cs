using System.Globalization;
using NodaTime;

namespace DigestFunctions.Core.Operations;

/// <summary>How moments and numbers are said to an operator, on every page and by every command.</summary>
internal static class OperatorWords
{
    public static string Moment(Instant at) => at.ToString("uuuu-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    public static string People(long number) => number == 1 ? "1 person" : string.Create(CultureInfo.InvariantCulture, $"{number:N0} people");
}
