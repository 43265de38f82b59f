using System.Net;

namespace DigestFunctions.Core.Email;

/// <summary>The request failed before the first byte of its body was sent: it certainly had no effect.</summary>
// No HttpRequestException: the client turns those into others when the time-out is over.
internal sealed class BodyNotSentException(Exception inner)
    : IOException("The request failed before its body was sent: " + inner.GetType().Name, inner);

/// <summary>Tells failures before the first byte of the body (name, connection, TLS) from those after it.</summary>
internal sealed class BodyWatch : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var watched = request.Content is null ? null : new WatchedContent(request.Content);
        request.Content = watched;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (Exception failure) when (watched is { Started: false } && failure is HttpRequestException or OperationCanceledException)
        {
            throw new BodyNotSentException(failure);
        }
    }

    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent inner;

        public WatchedContent(HttpContent inner)
        {
            this.inner = inner;
            foreach (var header in inner.Headers)
                Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        public bool Started { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Started = true;
            return inner.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = inner.Headers.ContentLength ?? 0;
            return inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
