namespace DigestFunctions.Core.Operations;

/// <summary>A setting that is missing or doubtful, and with which the service runs all the same.</summary>
/// <param name="What">What doesn't work for it.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record SettingGap(string Setting, string What, string Remedy);

/// <summary>All of them, as the settings are.</summary>
internal sealed record SettingGaps(IReadOnlyList<SettingGap> All)
{
    /// <summary>False where a command can't know it: which provider the service asks, and by which key its events are checked.</summary>
    public bool IsProviderKnown { get; init; } = true;

    public SettingGap? Find(string setting) => All.FirstOrDefault(gap => gap.Setting == setting);
}
