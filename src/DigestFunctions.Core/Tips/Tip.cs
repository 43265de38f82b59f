namespace DigestFunctions.Core.Tips;

/// <summary>One practice, in one language. Its identity and its facts are the same in all of them.</summary>
internal sealed record Tip(
    TipId Id,
    Area Area,
    Energy Energy,
    int Minutes,
    string Title,
    string Preheader,
    Evidence? Evidence,
    Prose Why,
    IReadOnlyList<Prose> Steps,
    Prose Reflect,
    Prose RunningOnEmpty);
