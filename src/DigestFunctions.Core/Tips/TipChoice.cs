namespace DigestFunctions.Core.Tips;

/// <summary>What somebody wants to read about, and how much it may ask of her.</summary>
/// <param name="Focus">The areas that she follows.</param>
/// <param name="Energy">The most that a tip may ask.</param>
internal readonly record struct TipChoice(Focus Focus, Energy Energy)
{
    /// <summary>Who chose nothing: every area, and nothing that asks for an hour or for courage.</summary>
    public static TipChoice Usual { get; } = new(Focus.Everything, Energy.Steady);

    /// <summary>Reads a choice that was kept. Whoever was there before there was a choice has the usual one.</summary>
    /// <exception cref="FormatException">It can't be.</exception>
    public static TipChoice FromStore(string? focus, string? energy)
    {
        if (!Focus.TryParse(focus ?? "", out var areas))
            throw new FormatException("The column Focus can't be read.");
        if (energy is null)
            return Usual with { Focus = areas };
        return AreaNames.TryParse(energy, out Energy most)
            ? new TipChoice(areas, most)
            : throw new FormatException("The column Energy can't be read.");
    }

    public bool Holds(TipFacts tip) => Focus.Holds(tip.Area) && tip.Energy <= Energy;
}
