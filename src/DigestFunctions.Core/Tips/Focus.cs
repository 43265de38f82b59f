using System.Diagnostics.CodeAnalysis;

namespace DigestFunctions.Core.Tips;

/// <summary>The areas that somebody follows: all of them, or some. Written as their names, or nothing for all.</summary>
internal readonly record struct Focus
{
    private static readonly Area[] Known = Enum.GetValues<Area>();

    // A bit for each area that isn't followed, so that the default is all.
    private readonly byte without;

    private Focus(byte without) => this.without = without;

    public static Focus Everything => default;

    /// <summary>None is the same as all: nobody subscribes to nothing.</summary>
    public static Focus Of(params IEnumerable<Area> areas)
    {
        var with = areas.Aggregate(0, (bits, area) => bits | (1 << (int)area));
        return with == 0 ? Everything : new Focus((byte)(((1 << Known.Length) - 1) & ~with));
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out Focus focus)
    {
        focus = default;
        if (text is null)
            return false;
        var areas = new List<Area>();
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!EnumKeys.TryParse(name, out Area area))
                return false;
            areas.Add(area);
        }

        focus = Of(areas);
        return true;
    }

    public IEnumerable<Area> Areas
    {
        get
        {
            var self = this;
            return Known.Where(area => self.Holds(area));
        }
    }

    public bool Holds(Area area) => (without & (1 << (int)area)) == 0;

    public override string ToString() => without == 0 ? "" : string.Join(',', Areas.Select(area => area.ToKey()));
}
