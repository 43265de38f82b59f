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
/// they are right in the dark too. What a chart shows stands in a table beside it for who can't see it. Across, all is
/// in per cent of the width, and down in pixels, so that nothing is scaled: words stay as large in a narrow window.
/// </summary>
internal static class Chart
{
    private const int Height = 220;
    private const int Top = 20;
    private const int Bottom = 28;
    private const int Dot = 4;

    // Of 12 pixels, as the style sheet has them.
    private const int LineOfWords = 15;
    private const int WidthOfDigit = 8;

    // As many as stand beside each other on a small phone.
    private const int MostLabels = 3;

    // Seen, however small beside the others.
    private const double LowestBar = 2;
    private const double WidestBar = 12;

    public static RawHtml Bars(string title, IReadOnlyList<string> labels, IReadOnlyList<Series> series)
    {
        var scale = Scale.Of(Enumerable.Range(0, labels.Count).Select(at => series.Sum(each => each.Values[at] ?? 0)).DefaultIfEmpty().Max(), isCount: true);
        var step = 100.0 / Math.Max(labels.Count, 1);
        var width = Math.Min(step * .7, WidestBar);
        var svg = Begin(title, scale, "N0");
        for (var at = 0; at < labels.Count; at++)
        {
            var y = Y(0, scale);
            foreach (var (number, each) in series.Index())
            {
                if (each.Values[at] is not { } value || value <= 0)
                    continue;
                var height = Math.Max(Y(0, scale) - Y(value, scale), LowestBar);
                y -= height;
                svg.Append(CultureInfo.InvariantCulture, $"""<rect class="s{number}" x="{(at + .5) * step - width / 2:0.##}%" y="{y:0.#}" width="{width:0.##}%" height="{height:0.#}"/>""");
            }
        }

        AppendLabels(svg, labels, at => (at + .5) * step);
        return End(svg);
    }

    public static RawHtml Lines(string title, IReadOnlyList<string> labels, IReadOnlyList<Series> series, string format = "N0", params IReadOnlyList<Guide> guides)
    {
        var most = series.SelectMany(each => each.Values).Select(value => value ?? 0).Concat(guides.Select(guide => guide.Value)).DefaultIfEmpty().Max();
        var scale = Scale.Of(most, isCount: format == "N0");
        var svg = Begin(title, scale, format);
        foreach (var (number, each) in series.Index())
            AppendLine(svg, number, each, labels.Count, scale);
        AppendGuides(svg, guides, scale);
        AppendLabels(svg, labels, at => X(at, labels.Count));
        return End(svg);
    }

    // Their names stand over them at the right, and over each other where the lines lie close.
    private static void AppendGuides(StringBuilder svg, IReadOnlyList<Guide> guides, Scale scale)
    {
        var lowest = (double)Height;
        foreach (var guide in guides.OrderBy(guide => guide.Value))
        {
            var y = Y(guide.Value, scale);
            var words = Math.Min(y - 4, lowest - LineOfWords);
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="guide" x1="0" x2="100%" y1="{y:0.#}" y2="{y:0.#}"/>""")
                .Append(Words(100, words, "end", guide.Name, "guide-name"));
            lowest = words;
        }
    }

    // A day of which nothing is known leaves a gap; one alone, and the last, are dots.
    private static void AppendLine(StringBuilder svg, int number, Series series, int count, Scale scale)
    {
        var path = new StringBuilder();
        var dots = new StringBuilder();
        var isDown = false;
        var last = series.Values.Index().LastOrDefault(value => value.Item is not null).Index;
        foreach (var (at, value) in series.Values.Index())
        {
            var isAlone = !isDown && (at + 1 == series.Values.Count || series.Values[at + 1] is null);
            if (value is { } known)
            {
                path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{X(at, count) * 10:0.#} {Y(known, scale):0.#}");
                if (isAlone || at == last)
                    dots.Append(CultureInfo.InvariantCulture, $"""<circle class="s{number}" cx="{X(at, count):0.##}%" cy="{Y(known, scale):0.#}" r="{Dot}"/>""");
            }

            isDown = value is not null;
        }

        // A path knows no per cent: this one is stretched, and the style sheet keeps its stroke as it is.
        svg.Append(CultureInfo.InvariantCulture, $"""<svg viewBox="0 0 1000 {Height}" preserveAspectRatio="none" width="100%" height="{Height}"><path class="l{number}" d="{path}"/></svg>""")
            .Append(dots);
    }

    private static StringBuilder Begin(string title, Scale scale, string format)
    {
        var values = Enumerable.Range(0, scale.Steps + 1).Select(step => scale.Step * step).Select(value => (Y: Y(value, scale), Words: value.ToString(format, CultureInfo.InvariantCulture))).ToList();
        var width = WidthOfDigit * (values.Max(value => value.Words.Length) + 1);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<div class="chart"><svg width="{width}" height="{Height}" aria-hidden="true">""");
        foreach (var value in values)
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{width - WidthOfDigit}" y="{value.Y + 4:0.#}" text-anchor="end">{value.Words}</text>""");
        svg.Append(CultureInfo.InvariantCulture, $"""</svg><svg width="100%" height="{Height}" role="img" aria-label="{HtmlEncoder.Default.Encode(title)}">""");
        foreach (var value in values)
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="grid" x1="0" x2="100%" y1="{value.Y:0.#}" y2="{value.Y:0.#}"/>""");
        return svg;
    }

    private static RawHtml End(StringBuilder svg) => new(svg.Append("</svg></div>").ToString());

    // Each where it belongs, or, if they are many, the first and the last.
    private static void AppendLabels(StringBuilder svg, IReadOnlyList<string> labels, Func<int, double> x)
    {
        foreach (var (at, label) in labels.Index())
        {
            if (labels.Count <= MostLabels)
                svg.Append(Words(x(at), Height - 8, x(at) switch { 0 => "start", 100 => "end", _ => "middle" }, label));
            else if (at == 0 || at == labels.Count - 1)
                svg.Append(at == 0 ? Words(0, Height - 8, "start", label) : Words(100, Height - 8, "end", label));
        }
    }

    private static string Words(double x, double y, string anchor, string words, string? name = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"""<text{(name is null ? "" : $" class=\"{name}\"")} x="{x:0.##}%" y="{y:0.#}" text-anchor="{anchor}">{HtmlEncoder.Default.Encode(words)}</text>""");

    private static double X(int at, int count) => count > 1 ? 100.0 * at / (count - 1) : 50;

    private static double Y(double value, Scale scale) => Height - Bottom - value / scale.Top * (Height - Top - Bottom);
}
