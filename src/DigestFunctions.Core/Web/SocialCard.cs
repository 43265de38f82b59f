using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>What a page says of itself to search engines, and to whoever passes its address on.</summary>
internal static class SocialCard
{
    public static ScriptObject Of(PublicAddress address, Language language, string path, string title, string description, string type = "article") => new()
    {
        ["type"] = type,
        ["title"] = title,
        ["description"] = description,
        // Each language is a page of its own.
        ["url"] = address.Page(path, language),
        ["path"] = address.Page(path),
    };
}
