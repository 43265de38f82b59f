using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Delivery;

/// <summary>
/// Everything that makes two mails of a run differ other than the recipient, as resolved for its issue.
/// Written <c>en|tip-id</c>.
/// </summary>
internal readonly record struct Variant(Language Language, TipId Tip)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out Variant variant)
    {
        variant = default;
        if (text?.Split('|') is not [var languageText, var tipText]
            || !Language.TryParse(languageText, out var language)
            || !TipId.TryParse(tipText, out var tip))
        {
            return false;
        }

        variant = new Variant(language, tip);
        return true;
    }

    public override string ToString() => $"{Language}|{Tip}";
}

/// <summary>Which variant a subscriber's entry and an issue make: the seam at which the benchmarks have more of them than the content has.</summary>
internal delegate Variant VariantOf(ScheduleEntry entry, IssueId issue);
