using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace DigestFunctions.Core.Tips;

/// <summary>One paragraph of a tip, for both parts of a mail.</summary>
/// <param name="Html">Safe HTML, without the paragraph's own element.</param>
/// <param name="Text">The same words; a link's address stands behind its words.</param>
internal sealed partial record Prose(string Html, string Text)
{
    internal static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <summary>Reads Markdown that has emphasis and absolute links at most; says what is wrong with any other.</summary>
    public static bool TryParse(string markdown, [NotNullWhen(true)] out Prose? prose, [NotNullWhen(false)] out string? problem)
    {
        prose = null;
        var document = Markdown.Parse(markdown, Pipeline);
        problem = Problem(markdown, document);
        if (problem is not null)
            return false;
        var html = OneLine(document.ToHtml(Pipeline))["<p>".Length..^"</p>".Length];
        prose = new Prose(html, TextOf((ParagraphBlock)document[0], html));
        return true;
    }

    private static string? Problem(string markdown, MarkdownDocument document) => document switch
    {
        { Count: 0 } => "is empty",
        not [ParagraphBlock] => "is more than one plain paragraph",
        _ when Tag().IsMatch(markdown) => "holds raw HTML",
        _ when document.Descendants<LinkInline>().Any(link => link.IsImage) => "holds an image",
        _ when !document.Descendants<LinkInline>().All(link => IsAbsolute(link.Url)) => "holds a link that isn't an absolute https address",
        _ => null,
    };

    // Without an element in it, the HTML is the text but for what is escaped.
    private static string TextOf(ParagraphBlock paragraph, string html) => html.Contains('<') ? Unmarked(paragraph) : WebUtility.HtmlDecode(html);

    private static string Unmarked(ParagraphBlock paragraph)
    {
        foreach (var link in paragraph.Inline!.Descendants<LinkInline>().ToList())
            link.InsertAfter(new LiteralInline($" ({link.Url})"));
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer) { EnableHtmlForBlock = false, EnableHtmlForInline = false, EnableHtmlEscape = false };
        Pipeline.Setup(renderer);
        renderer.WriteLeafInline(paragraph);
        return OneLine(writer.ToString());
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static bool IsAbsolute(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps;

    [GeneratedRegex("<[a-z/!?]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();
}
