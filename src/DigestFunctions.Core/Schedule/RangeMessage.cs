using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Schedule;

/// <summary>
/// The queue message that says: this range of this run may have work. <c>1/RUN/RANGE</c>; 1 is the version. One
/// that the settler sends, <c>1/RUN/RANGE/look</c>, has none after it that waits: in five minutes there is the next.
/// Last comes the trace that it goes on with, where somebody traces: <c>/00-TRACE-SPAN-01</c> (W3C traceparent).
/// </summary>
internal readonly record struct RangeMessage(RunId Run, IdRange Range, bool IsLook = false)
{
    private const string Version = "1";
    private const string Look = "look";

    /// <summary>The span that it was sent in.</summary>
    public ActivityContext Trace { get; init; }

    public static bool TryParse([NotNullWhen(true)] string? text, out RangeMessage message)
    {
        message = default;
        if (text?.Split('/') is not [Version, var runText, var rangeText, .. var rest]
            || !RunId.TryParse(runText, out var run)
            || !IdRange.TryParse(rangeText, out var range))
        {
            return false;
        }

        var (isLook, traced) = rest is [Look, .. var others] ? (true, others) : (false, rest);
        var trace = default(ActivityContext);
        if (traced is not [] && (traced is not [var parent] || !ActivityContext.TryParse(parent, traceState: null, isRemote: true, out trace)))
            return false;
        message = new RangeMessage(run, range, isLook) { Trace = trace };
        return true;
    }

    public override string ToString() => $"{Version}/{Run}/{Range}{(IsLook ? "/" + Look : "")}{TraceText}";

    private string TraceText => Trace == default ? "" : $"/00-{Trace.TraceId}-{Trace.SpanId}-0{(int)(Trace.TraceFlags & ActivityTraceFlags.Recorded)}";
}
