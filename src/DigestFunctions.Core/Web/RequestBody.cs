using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace DigestFunctions.Core.Web;

/// <summary>What came of reading the fields that a stranger posted.</summary>
internal abstract record BodyReading
{
    private BodyReading()
    {
    }

    internal sealed record Fields(IReadOnlyDictionary<string, string> Values) : BodyReading
    {
        public string? this[string name] => Values.GetValueOrDefault(name);
    }

    /// <summary>Not read, and why: a key of <c>page.refused</c>.</summary>
    internal sealed record Refused(int Status, string Reason) : BodyReading
    {
        /// <param name="form">Where the form is to try it with again.</param>
        public Note Say(string form) => new("refused", Status) { Body = Reason, Link = form };
    }
}

/// <summary>Reads a posted form or JSON object, of at most 64 KB and in half a minute, whatever the server would take.</summary>
internal static class RequestBody
{
    public const int MaxLength = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 32,
        KeyLengthLimit = 128,
        ValueLengthLimit = MaxLength,
        MultipartBodyLengthLimit = MaxLength,
        MultipartBoundaryLengthLimit = 128,
        MultipartHeadersCountLimit = 8,
        MultipartHeadersLengthLimit = 2048,
    };

    /// <param name="patience">How long its bytes may take to come, if that isn't the usual.</param>
    /// <param name="takesEmpty">Whether no body at all is a form without fields, whatever type it is said to be of, and whether its length is said.</param>
    public static async Task<BodyReading> ReadAsync(HttpRequest request, TimeSpan? patience = null, bool takesEmpty = false)
    {
        var unfit = TypeOf(request, out var type);
        if (unfit is not null && !takesEmpty)
            return unfit;

        using var tooSlow = new CancellationTokenSource(patience ?? Patience);
        try
        {
            if (await BytesAsync(request, tooSlow.Token) is not { } bytes)
                return new BodyReading.Refused(StatusCodes.Status413PayloadTooLarge, "too_large");
            if (bytes.Length == 0 && takesEmpty)
                return new BodyReading.Fields(new Dictionary<string, string>());
            if (unfit is not null)
                return unfit;
            if (bytes.Length == 0)
                return new BodyReading.Refused(StatusCodes.Status400BadRequest, "empty");
            return IsForm(type!)
                ? await FormAsync(request, IsUrlEncoded(type!), bytes)
                : JsonFields.Read(StrictUtf8.GetString(bytes));
        }
        catch (Exception unreadable) when (unreadable is DecoderFallbackException or InvalidDataException or IOException)
        {
            return new BodyReading.Refused(StatusCodes.Status400BadRequest, "malformed");
        }
        catch (OperationCanceledException) when (tooSlow.IsCancellationRequested && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return new BodyReading.Refused(StatusCodes.Status408RequestTimeout, "too_slow");
        }
    }

    // Null if it is one that we read.
    private static BodyReading.Refused? TypeOf(HttpRequest request, out MediaTypeHeaderValue? type)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out type) || !IsForm(type) && !request.HasJsonContentType())
            return new BodyReading.Refused(StatusCodes.Status415UnsupportedMediaType, "wrong_type");
        return type.Charset.HasValue && !string.Equals(HeaderUtilities.RemoveQuotes(type.Charset).Value, "utf-8", StringComparison.OrdinalIgnoreCase)
            ? new BodyReading.Refused(StatusCodes.Status415UnsupportedMediaType, "wrong_charset")
            : null;
    }

    private static bool IsForm(MediaTypeHeaderValue type) =>
        IsUrlEncoded(type) || type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    private static bool IsUrlEncoded(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    // Null if it is longer than what we read.
    private static async Task<byte[]?> BytesAsync(HttpRequest request, CancellationToken tooSlow)
    {
        if (request.ContentLength > MaxLength)
            return null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted, tooSlow);
        var buffer = new byte[MaxLength + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
        return length > MaxLength ? null : buffer[..length];
    }

    private static async Task<BodyReading> FormAsync(HttpRequest request, bool urlEncoded, byte[] bytes)
    {
        // The reader would let through what isn't UTF-8, as it stands.
        _ = StrictUtf8.GetCharCount(urlEncoded ? WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length) : bytes);
        request.Body = new MemoryStream(bytes);
        var form = await new FormFeature(request, Limits).ReadFormAsync(request.HttpContext.RequestAborted);
        // A field that comes twice means nothing for sure, but for boxes that are ticked.
        return form.Files.Count > 0 || form.Any(field => field.Value.Count != 1 && !PreferenceFields.CanRepeat(field.Key))
            ? new BodyReading.Refused(StatusCodes.Status400BadRequest, "malformed")
            : new BodyReading.Fields(form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal));
    }
}
