namespace DigestFunctions.Core.Email;

/// <summary>Where the service's pages are, as subscribers reach them.</summary>
internal sealed record PublicAddress(Uri BaseUrl)
{
    private readonly string root = BaseUrl.AbsoluteUri.TrimEnd('/');

    /// <summary>Text and not a <see cref="Uri"/>: in a mail the token is a substitution tag, whose brackets a Uri would escape.</summary>
    public string Confirm(string token) => $"{root}/confirm/{token}";

    public string Unsubscribe(string token) => $"{root}/unsubscribe/{token}";
}
