using System.Text.RegularExpressions;

namespace DigestFunctions.Core;

/// <summary>
/// A reference to Key Vault that Azure could not resolve: the app then finds the reference itself as the setting's value
/// (https://learn.microsoft.com/azure/app-service/app-service-key-vault-references).
/// </summary>
internal static partial class VaultReference
{
    public const string Remedy = "Look whether the secret is in the vault and the app's identity may read it, then have the app read it again: azd hooks run postprovision.";

    public static bool IsUnresolved(string? value) => value?.TrimStart().StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The value where it is such a reference, else null.</summary>
    public static string? Find(string? value) => IsUnresolved(value) ? value : null;

    public static string Say(string setting, string reference) =>
        $"{setting} refers to {(Secret().Match(reference) is { Success: true } match ? $"the secret {match.Groups["name"].Value}" : "a secret")} in Key Vault, which Azure could not read.";

    /// <summary>What is wrong with a setting that holds one; null if it doesn't.</summary>
    public static string? ProblemOf(string setting, string? value) => IsUnresolved(value) ? $"{Say(setting, value!)} {Remedy}" : null;

    [GeneratedRegex(@"(SecretName=|/secrets/)(?<name>[0-9A-Za-z-]{1,127})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Secret();
}
