using System.Net;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>Where a request came from.</summary>
internal static class Network
{
    /// <summary>
    /// The connection's address, or, where the Functions host on this machine passes requests on, the last
    /// one of <c>X-Forwarded-For</c>: Azure's front end appends it, whatever a client wrote before it.
    /// </summary>
    public static IPAddress? Of(HttpContext context)
    {
        var connection = context.Connection.RemoteIpAddress;
        if (connection is not null && !IPAddress.IsLoopback(connection))
            return connection;
        var last = context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim();
        return IPEndPoint.TryParse(last, out var forwarded) ? forwarded.Address : connection;
    }
}
