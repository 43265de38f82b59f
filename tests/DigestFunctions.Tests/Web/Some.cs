namespace DigestFunctions.Tests.Web;

/// <summary>What a test needs and doesn't care about.</summary>
internal static class Some
{
    /// <summary>The fields of a sign-up in which all is well.</summary>
    public static Dictionary<string, string> SignUp() => new(StringComparer.Ordinal)
    {
        ["email"] = "ada.lovelace@example.com",
        ["name"] = "Ada Quillfeather",
        ["language"] = "en",
        ["weekday"] = "Tue",
        ["time"] = "08:30",
        ["zone"] = "Europe/Amsterdam",
    };
}
