using Microsoft.Extensions.Configuration;

namespace DigestFunctions.Tests.Infra;

/// <summary>Settings that remember which of them were asked for.</summary>
internal sealed class WatchedSettings : ConfigurationProvider, IConfigurationSource
{
    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);

    private WatchedSettings(IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (name, value) in settings)
            Set(name, value);
    }

    /// <summary>The names that a reader asks these settings for.</summary>
    public static IReadOnlySet<string> AskedFor(IReadOnlyDictionary<string, string> settings, Action<IConfiguration> read)
    {
        var watched = new WatchedSettings(settings);
        read(new ConfigurationBuilder().Add(watched).Build());
        return watched.asked;
    }

    public override bool TryGet(string key, out string? value)
    {
        asked.Add(key);
        return base.TryGet(key, out value);
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
