using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// The queue message that says: this range of this run may have work. <c>1/RUN/RANGE</c>; 1 is the version. One
/// that the settler sends, <c>1/RUN/RANGE/look</c>, has none after it that waits: in five minutes there is the next.
/// </summary>
internal readonly record struct RangeMessage(RunId Run, IdRange Range, bool IsLook = false)
{
    private const string Version = "1";
    private const string Look = "look";

    public static bool TryParse([NotNullWhen(true)] string? text, out RangeMessage message)
    {
        message = default;
        if (text?.Split('/') is not [Version, var runText, var rangeText, .. var rest]
            || rest is not ([] or [Look])
            || !RunId.TryParse(runText, out var run)
            || !IdRange.TryParse(rangeText, out var range))
        {
            return false;
        }

        message = new RangeMessage(run, range, IsLook: rest.Length > 0);
        return true;
    }

    public override string ToString() => $"{Version}/{Run}/{Range}{(IsLook ? "/" + Look : "")}";
}
