using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Telemetry;

/// <summary>Where Application Insights takes figures, traces and logs.</summary>
internal sealed record InsightsConnection(string Text)
{
    /// <summary>The setting's standard name, which the portal and the Functions host know too.</summary>
    public const string Setting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out InsightsConnection? connection)
    {
        connection = null;
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2) is not [var name, { Length: > 0 } value] || !parts.TryAdd(name, value))
                return false;
        }

        if (!Guid.TryParse(parts.GetValueOrDefault("InstrumentationKey"), out _)
            || (parts.TryGetValue("IngestionEndpoint", out var address) && !IsAddress(address)))
        {
            return false;
        }

        connection = new InsightsConnection(text!);
        return true;
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
