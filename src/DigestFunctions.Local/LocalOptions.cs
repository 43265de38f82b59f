namespace DigestFunctions.Local;

/// <summary>What the command line says.</summary>
internal sealed record LocalOptions
{
    public const int UsualPort = 7071;
    public const int UsualInboxPort = 7072;

    public int Port { get; init; } = UsualPort;

    public int InboxPort { get; init; } = UsualInboxPort;

    public bool Demo { get; init; }

    /// <summary>With the demo: ends after it, with its verdict.</summary>
    public bool Once { get; init; }

    /// <summary>Plans, and looks whether sending is paused, every second: for tests of several processes, which don't wait for minutes.</summary>
    public bool Hurry { get; init; }
}

/// <summary>Something that the person who started us can mend: one sentence says what and how.</summary>
internal sealed class LocalProblemException(string sentence) : Exception(sentence);
