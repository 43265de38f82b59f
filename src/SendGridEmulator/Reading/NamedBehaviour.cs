namespace SendGridEmulator.Reading;

/// <summary>What happens to mail to this recipient: at example.com, a local part says it.</summary>
internal enum NamedBehaviour : byte
{
    Delivers,
    Bounces,
    IsBlocked,
    IsDropped,
    IsDeferred,
    ReportsSpam,
    Unsubscribes,
    UnsubscribesFromGroup,
}

internal static class NamedRecipients
{
    /// <summary><c>bounce@example.com</c> bounces, and so does <c>bounce+17@example.com</c>.</summary>
    public static NamedBehaviour Of(ReadOnlySpan<byte> address)
    {
        var at = address.LastIndexOf((byte)'@');
        if (at < 0 || !System.Text.Ascii.EqualsIgnoreCase(address[(at + 1)..], "example.com"u8))
            return NamedBehaviour.Delivers;

        var name = address[..at];
        var plus = name.IndexOf((byte)'+');
        if (plus >= 0)
            name = name[..plus];

        return Is(name, "bounce"u8) ? NamedBehaviour.Bounces
            : Is(name, "blocked"u8) ? NamedBehaviour.IsBlocked
            : Is(name, "dropped"u8) ? NamedBehaviour.IsDropped
            : Is(name, "deferred"u8) ? NamedBehaviour.IsDeferred
            : Is(name, "spam"u8) ? NamedBehaviour.ReportsSpam
            : Is(name, "unsubscribe"u8) ? NamedBehaviour.Unsubscribes
            : Is(name, "group-unsubscribe"u8) ? NamedBehaviour.UnsubscribesFromGroup
            : NamedBehaviour.Delivers;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> behaviour) =>
        System.Text.Ascii.EqualsIgnoreCase(name, behaviour);
}
