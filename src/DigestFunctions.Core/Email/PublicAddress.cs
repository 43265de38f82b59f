using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Core.Email;

/// <summary>Where the service's pages are, as subscribers reach them.</summary>
internal sealed record PublicAddress(Uri BaseUrl)
{
    private static readonly string[] OwnNetworks = [".test", ".example", ".invalid", ".localhost", ".local", ".internal"];

    private readonly string root = BaseUrl.AbsoluteUri.TrimEnd('/');

    public bool IsSecure => BaseUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether nobody but this machine reaches it.</summary>
    public bool IsLocal => BaseUrl.IsLoopback;

    /// <summary>Whether its links go over the internet in the clear. Names for tests and for a network of one's own (RFC 2606, 6762, 9476) don't.</summary>
    public bool IsUnprotected => !IsSecure && !IsLocal && BaseUrl.HostNameType == UriHostNameType.Dns
        && BaseUrl.Host.Contains('.', StringComparison.Ordinal)
        && !OwnNetworks.Any(ending => BaseUrl.Host.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Text and not a <see cref="Uri"/>: in a mail the token is a substitution tag, whose brackets a Uri would escape.</summary>
    public string Confirm(string token) => $"{root}/confirm/{token}";

    /// <summary>A page for everybody, by its path; in a language of its own, where one is given.</summary>
    public string Page(string path, Language? language = null) => language is { } known ? $"{root}{path}?language={known}" : $"{root}{path}";

    /// <summary>Where everybody may read the tip that somebody had for an issue.</summary>
    public string Issue(IssueId issue, TipId tip, Language language) => Page($"/archive/{issue}/{tip}", language);

    /// <summary>Where she says what became of an issue's practice; the answer is a key of <see cref="CheckInAnswer"/>, or <c>remind</c>.</summary>
    public string CheckIn(string token, IssueId issue, string answer) => $"{root}/checkin/{token}/{issue}?answer={answer}";

    public string Preferences(string token) => $"{root}/preferences/{token}";

    public string Data(string token) => $"{root}/data/{token}";

    public string NewAddress(string token) => $"{root}/address/{token}";

    public string Unsubscribe(string token) => $"{root}/unsubscribe/{token}";
}
