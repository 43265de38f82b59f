namespace DigestFunctions.Core.Tips;

/// <summary>What somebody wants to read about, and how much it may ask of her.</summary>
/// <param name="Focus">The areas that she follows.</param>
/// <param name="Energy">The most that a tip may ask.</param>
internal readonly record struct TipChoice(Focus Focus, Energy Energy)
{
    /// <summary>Who chose nothing: every area, and nothing that asks for an hour or for courage.</summary>
    public static TipChoice Usual { get; } = new(Focus.Everything, Energy.Steady);

    /// <summary>All that one can choose.</summary>
    public static IEnumerable<TipChoice> All =>
        from areas in Enumerable.Range(1, (1 << Enum.GetValues<Area>().Length) - 1)
        from energy in Enum.GetValues<Energy>()
        select new TipChoice(Focus.Of(Enum.GetValues<Area>().Where(area => (areas & (1 << (int)area)) != 0)), energy);

    /// <summary>Reads a choice that was kept. Whoever was there before there was a choice has the usual one.</summary>
    public static bool TryParse(string? focusText, string? energyText, out TipChoice choice)
    {
        choice = Usual;
        if (focusText is null && energyText is null)
            return true;
        var energy = Usual.Energy;
        if (!Focus.TryParse(focusText ?? "", out var focus) || (energyText is not null && !EnumKeys.TryParse(energyText, out energy)))
            return false;
        choice = new TipChoice(focus, energy);
        return true;
    }

    public bool Holds(TipFacts tip) => Focus.Holds(tip.Area) && tip.Energy <= Energy;
}
