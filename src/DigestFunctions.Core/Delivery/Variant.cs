using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Everything that makes two mails of a run differ other than the recipient, as resolved for its issue.
/// Written <c>en|tip-id</c>; <c>en|tip-id|1</c> where a reminder's practice is that of the week before.
/// </summary>
internal readonly record struct Variant(Language Language, TipId Tip, int WeeksBack = 0)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out Variant variant)
    {
        variant = default;
        if (text?.Split('|') is not [var languageText, var tipText, .. var rest]
            || rest.Length > 1
            || !Language.TryParse(languageText, out var language)
            || !TipId.TryParse(tipText, out var tip)
            || !TryParse(rest, out var weeksBack))
        {
            return false;
        }

        variant = new Variant(language, tip, weeksBack);
        return true;
    }

    public override string ToString() => WeeksBack == 0 ? $"{Language}|{Tip}" : string.Create(CultureInfo.InvariantCulture, $"{Language}|{Tip}|{WeeksBack}");

    private static bool TryParse(string[] rest, out int weeksBack)
    {
        weeksBack = 0;
        return rest.Length == 0 || (int.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out weeksBack) && weeksBack > 0);
    }
}

/// <summary>Which variant a subscriber's entry and an issue make: the seam at which the benchmarks have more of them than the content has.</summary>
internal delegate Variant VariantOf(ScheduleEntry entry, IssueId issue);
