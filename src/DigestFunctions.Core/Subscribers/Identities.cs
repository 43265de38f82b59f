using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace DigestFunctions.Core.Subscribers;

/// <summary>Makes ids of addresses, and hashes of networks, that say nothing to who lacks the secret.</summary>
internal sealed class Identities(byte[] secret)
{
    public SubscriberId Of(EmailAddress address) =>
        SubscriberId.Read(Hash($"address:{address}").AsSpan(0, SubscriberId.ByteLength));

    /// <summary>The network that a request came from (IPv4 address, or the /64 of an IPv6 one), hashed.</summary>
    public string HashOf(IPAddress? from)
    {
        if (from is null)
            return "";
        if (from.IsIPv4MappedToIPv6)
            from = from.MapToIPv4();
        var network = from.AddressFamily == AddressFamily.InterNetworkV6 ? from.GetAddressBytes()[..8] : from.GetAddressBytes();
        return Convert.ToHexStringLower(Hash($"network:{Convert.ToHexStringLower(network)}").AsSpan(0, 16));
    }

    private byte[] Hash(string text) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text));
}
