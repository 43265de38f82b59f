using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Schedule;

/// <summary>The queue message that says: this range of this run may have work. <c>1/RUN/RANGE</c>; 1 is the version.</summary>
internal readonly record struct RangeMessage(RunId Run, IdRange Range)
{
    private const string Version = "1";

    public static bool TryParse([NotNullWhen(true)] string? text, out RangeMessage message)
    {
        message = default;
        if (text?.Split('/') is not [Version, var runText, var rangeText]
            || !RunId.TryParse(runText, out var run)
            || !IdRange.TryParse(rangeText, out var range))
        {
            return false;
        }

        message = new RangeMessage(run, range);
        return true;
    }

    public override string ToString() => $"{Version}/{Run}/{Range}";
}
