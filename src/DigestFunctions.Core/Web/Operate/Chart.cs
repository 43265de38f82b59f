using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using DigestFunctions.Core.Email;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Values over the labels of a chart; null where nothing is known.</summary>
internal sealed record Series(string Name, IReadOnlyList<double?> Values);

/// <summary>A line across a chart at a value, and what it stands for.</summary>
internal sealed record Guide(double Value, string Name);

/// <summary>
/// Charts as SVG within the page: no script, no style of their own. Colours are the style sheet's, by class, so that
/// they are right in the dark too. What a chart shows stands in a table beside it for who can't see it.
/// </summary>
internal static class Chart
{
    private const int Width = 640;
    private const int Height = 220;
    private const int Left = 56;
    private const int Top = 12;
    private const int Bottom = 28;
    private const int Right = 8;
    private const int Ticks = 4;

    private static readonly int[] Rounds = [1, 2, 4, 10];

    public static RawHtml Bars(string title, IReadOnlyList<string> labels, IReadOnlyList<Series> series)
    {
        var top = Ceiling(Enumerable.Range(0, labels.Count).Select(at => series.Sum(each => each.Values[at] ?? 0)).DefaultIfEmpty().Max());
        var svg = Begin(title, labels, top, "N0");
        var step = (double)(Width - Left - Right) / Math.Max(labels.Count, 1);
        for (var at = 0; at < labels.Count; at++)
        {
            var below = 0.0;
            foreach (var (number, each) in series.Index())
            {
                if (each.Values[at] is not { } value || value <= 0)
                    continue;
                var (y, height) = (Y(below + value, top), value / top * (Height - Top - Bottom));
                svg.Append(CultureInfo.InvariantCulture, $"""<rect class="s{number}" x="{Left + at * step + step * .15:0.#}" y="{y:0.#}" width="{step * .7:0.#}" height="{height:0.#}"/>""");
                below += value;
            }
        }

        return End(svg);
    }

    public static RawHtml Lines(string title, IReadOnlyList<string> labels, IReadOnlyList<Series> series, string format = "N0", params IReadOnlyList<Guide> guides)
    {
        var top = Ceiling(series.SelectMany(each => each.Values).Select(value => value ?? 0).Concat(guides.Select(guide => guide.Value)).DefaultIfEmpty().Max());
        var svg = Begin(title, labels, top, format);
        foreach (var guide in guides)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="guide" x1="{Left}" x2="{Width - Right}" y1="{Y(guide.Value, top):0.#}" y2="{Y(guide.Value, top):0.#}"/>""")
                .Append(CultureInfo.InvariantCulture, $"""<text class="guide-name" x="{Width - Right}" y="{Y(guide.Value, top) - 4:0.#}" text-anchor="end">{HtmlEncoder.Default.Encode(guide.Name)}</text>""");
        }

        foreach (var (number, each) in series.Index())
            AppendLine(svg, number, each, labels.Count, top);
        return End(svg);
    }

    // A day of which nothing is known leaves a gap.
    private static void AppendLine(StringBuilder svg, int number, Series series, int count, double top)
    {
        var step = count > 1 ? (double)(Width - Left - Right) / (count - 1) : 0;
        var path = new StringBuilder();
        var isDown = false;
        foreach (var (at, value) in series.Values.Index())
        {
            if (value is { } known)
                path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{Left + at * step:0.#} {Y(known, top):0.#}");
            if (value is { } alone && !isDown && (at + 1 == series.Values.Count || series.Values[at + 1] is null))
                svg.Append(CultureInfo.InvariantCulture, $"""<circle class="s{number}" cx="{Left + at * step:0.#}" cy="{Y(alone, top):0.#}" r="3"/>""");
            isDown = value is not null;
        }

        svg.Append(CultureInfo.InvariantCulture, $"""<path class="l{number}" d="{path}"/>""");
    }

    private static StringBuilder Begin(string title, IReadOnlyList<string> labels, double top, string format)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{HtmlEncoder.Default.Encode(title)}">""");
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var value = top * tick / Ticks;
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Y(value, top):0.#}" y2="{Y(value, top):0.#}"/>""")
                .Append(CultureInfo.InvariantCulture, $"""<text x="{Left - 6}" y="{Y(value, top) + 4:0.#}" text-anchor="end">{value.ToString(format, CultureInfo.InvariantCulture)}</text>""");
        }

        if (labels.Count > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left}" y="{Height - 8}">{HtmlEncoder.Default.Encode(labels[0])}</text>""")
                .Append(CultureInfo.InvariantCulture, $"""<text x="{Width - Right}" y="{Height - 8}" text-anchor="end">{HtmlEncoder.Default.Encode(labels[^1])}</text>""");
        }

        return svg;
    }

    private static RawHtml End(StringBuilder svg) => new(svg.Append("</svg>").ToString());

    private static double Y(double value, double top) => Height - Bottom - value / top * (Height - Top - Bottom);

    /// <summary>The next number that reads well on an axis: 1, 2 or 4 times a power of ten.</summary>
    public static double Ceiling(double most)
    {
        if (most <= 0)
            return Ticks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return Rounds.Select(times => times * power).First(round => round >= most * .999_999);
    }
}
