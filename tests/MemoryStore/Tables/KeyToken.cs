using System.Text;

namespace MemoryStore.Tables;

/// <summary>A key as a continuation token: ASCII, since headers carry it, and never empty, though a key can be.</summary>
internal static class KeyToken
{
    private const string Mark = "1!";

    public static string Write(string key) => Mark + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    public static string Read(string token) => Encoding.UTF8.GetString(Convert.FromBase64String(token[Mark.Length..]));
}
