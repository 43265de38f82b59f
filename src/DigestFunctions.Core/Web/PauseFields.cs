using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace DigestFunctions.Core.Web;

/// <summary>The fields of a pause by their names: for so many weeks, or until a date.</summary>
internal static class PauseFields
{
    public const string Weeks = "weeks";
    public const string Until = "until";

    public static IReadOnlyList<int> WeekChoices { get; } = [1, 2, 4];

    public static LocalDate First(LocalDate today) => today.PlusDays(1);

    public static LocalDate Last(LocalDate today) => today.PlusYears(1);

    public static string Write(LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <summary>The first date on which something may come again; null where something is wrong, which is added to the faults.</summary>
    public static LocalDate? Read(BodyReading.Fields fields, LocalDate today, List<FieldFault> faults)
    {
        foreach (var weeks in WeekChoices)
        {
            if (fields[Weeks] == weeks.ToString(CultureInfo.InvariantCulture))
                return today.PlusWeeks(weeks);
        }

        var text = fields[Until]?.Trim();
        var read = LocalDatePattern.Iso.Parse(text ?? "");
        if (read.Success && read.Value >= First(today) && read.Value <= Last(today))
            return read.Value;
        faults.Add(new FieldFault(Until, string.IsNullOrEmpty(text) ? "until_missing" : read.Success ? "until_range" : "until"));
        return null;
    }
}
