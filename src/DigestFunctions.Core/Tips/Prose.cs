using System.Diagnostics.CodeAnalysis;
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
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <summary>Reads Markdown that has emphasis and absolute links at most; says what is wrong with any other.</summary>
    public static bool TryParse(string markdown, [NotNullWhen(true)] out Prose? prose, [NotNullWhen(false)] out string? problem)
    {
        prose = null;
        var document = Markdown.Parse(markdown, Pipeline);
        problem = Problem(markdown, document);
        if (problem is not null)
            return false;
        prose = new Prose(Render((ParagraphBlock)document[0], asHtml: true), Render((ParagraphBlock)document[0], asHtml: false));
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

    private static string Render(ParagraphBlock paragraph, bool asHtml)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer)
        {
            EnableHtmlForBlock = false,
            EnableHtmlForInline = asHtml,
            EnableHtmlEscape = asHtml,
        };
        Pipeline.Setup(renderer);
        if (!asHtml)
        {
            foreach (var link in paragraph.Inline!.Descendants<LinkInline>().ToList())
                link.InsertAfter(new LiteralInline($" ({link.Url})"));
        }

        renderer.WriteLeafInline(paragraph);
        writer.Flush();
        return writer.ToString().ReplaceLineEndings(" ").Trim();
    }

    private static bool IsAbsolute(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps;

    [GeneratedRegex("<[a-z/!?]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();
}
