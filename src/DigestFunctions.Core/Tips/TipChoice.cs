namespace DigestFunctions.Core.Tips;

/// <summary>What somebody wants to read about, and how much it may ask of her.</summary>
/// <param name="Focus">The areas that she follows.</param>
/// <param name="Energy">The most that a tip may ask.</param>
internal readonly record struct TipChoice(Focus Focus, Energy Energy)
{
    /// <summary>Who chose nothing: every area, and nothing that asks for an hour or for courage.</summary>
    public static TipChoice Usual { get; } = new(Focus.Everything, Energy.Steady);

    public bool Holds(TipFacts tip) => Focus.Holds(tip.Area) && tip.Energy <= Energy;
}
