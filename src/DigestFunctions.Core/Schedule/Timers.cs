namespace DigestFunctions.Core.Schedule;

/// <summary>When the timers fire: NCRONTAB with seconds, UTC.</summary>
internal static class Timers
{
    public const string Planning = "0 */5 * * * *";
    // Not at the same moment as the planning, whose runs are to be sent first.
    public const string Settling = "30 2/5 * * * *";
    public const string Sweep = "0 17 3 * * *";
}
