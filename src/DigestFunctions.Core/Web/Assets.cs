using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DigestFunctions.Core.Web;

/// <summary>
/// The style sheet, the script and the emblem, read once. What isn't a file of <c>content/assets</c> isn't
/// found: no name leads anywhere else. An address carries the file's hash, so browsers keep it for good.
/// </summary>
internal sealed partial class Assets
{
    private readonly FrozenDictionary<string, Asset> files;

    public Assets(ContentFolder content) => files = Directory.EnumerateFiles(content.At("assets"))
        .Where(path => TypeOf(path) is not null)
        .ToFrozenDictionary(path => Path.GetFileName(path), Read);

    public string Address(string file) => $"/assets/{file}?v={files[file].Hash}";

    public Task<IResult> Get(HttpContext context, string file)
    {
        ResponseHeaders.Set(context, Privacy.Asset);
        if (!files.TryGetValue(file, out var asset))
            return Routes.NotFound(context);

        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == asset.Hash ? "public, max-age=31536000, immutable" : "no-cache";
        return Task.FromResult(Results.Bytes(asset.Bytes, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\"")));
    }

    private static Asset Read(string path)
    {
        var bytes = Path.GetExtension(path) switch
        {
            ".css" => Encoding.UTF8.GetBytes(Blanks().Replace(File.ReadAllText(path), "${mark}")),
            ".js" => Encoding.UTF8.GetBytes(Indents().Replace(File.ReadAllText(path), "")),
            _ => File.ReadAllBytes(path),
        };
        return new Asset(bytes, TypeOf(path)!, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6)));
    }

    private static string? TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    // What people read in them, and browsers don't: a tenth.
    [GeneratedRegex(@"\s*(?<mark>[{};,])\s*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blanks();

    [GeneratedRegex("^ +", RegexOptions.Multiline, 1000)]
    private static partial Regex Indents();

    private sealed record Asset(byte[] Bytes, string Type, string Hash);
}
