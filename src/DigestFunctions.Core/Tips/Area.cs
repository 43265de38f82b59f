namespace DigestFunctions.Core.Tips;

/// <summary>What a tip trains, in the order in which the calendar goes round.</summary>
internal enum Area
{
    Listening,
    Perspective,
    Connection,
    Digital,
    Ripple,
    Self,
    Habits,
}

/// <summary>What a tip asks of the one who tries it.</summary>
internal enum Energy
{
    /// <summary>Two minutes, needs nobody: for who is drained.</summary>
    Gentle,

    /// <summary>The usual: five to fifteen minutes.</summary>
    Steady,

    /// <summary>Asks for courage, or an hour or more.</summary>
    Stretch,
}
