namespace DigestFunctions.Core.Web.Operate;

/// <summary>What stands at a chart's axis: from nothing up, in steps that read well.</summary>
internal readonly record struct Scale(double Step, int Steps)
{
    private const int MostSteps = 4;

    // What arithmetic with fractions may be off.
    private const double Off = 1e-6;

    private static readonly int[] Rounds = [1, 2, 5, 10];

    public double Top => Step * Steps;

    /// <summary>Up to the most that is shown, by steps of 1, 2 or 5 times a power of ten; counts by whole ones.</summary>
    public static Scale Of(double most, bool isCount)
    {
        if (most <= 0)
            return new Scale(1, 1);
        var least = most / MostSteps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var step = Rounds.Select(times => times * power).First(round => round >= least * (1 - Off));
        if (isCount)
            step = Math.Max(step, 1);
        return new Scale(step, (int)Math.Ceiling(most / step - Off));
    }
}
