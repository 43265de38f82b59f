namespace DigestFunctions.Core.Tips;

/// <summary>How far the finding can be leant on.</summary>
internal enum Certainty
{
    /// <summary>A single study, or results that vary: a hint.</summary>
    Tentative,

    /// <summary>Several studies that agree, or one large one; the cause is not settled.</summary>
    Moderate,

    /// <summary>Found again and again, by many.</summary>
    Strong,
}

/// <summary>A piece of research that a tip relies on, told in the language of the tip: an entry of <c>content/evidence.yml</c>.</summary>
/// <param name="Key">First author and year.</param>
/// <param name="Citation">As a reader would look it up.</param>
/// <param name="Finding">One sentence, claiming no more than was found.</param>
/// <param name="Certainty">How sure the finding is.</param>
internal sealed record Evidence(string Key, string Citation, string Finding, Certainty Certainty);
