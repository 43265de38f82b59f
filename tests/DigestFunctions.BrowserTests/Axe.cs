using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace DigestFunctions.BrowserTests;

/// <summary>WCAG 2.2 AA, as far as a program can see it.</summary>
internal static class Axe
{
    public const string Rules = """{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }""";
    public const string Contrast = """{ runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] }""";

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What it finds in a page. Run in the page itself: the library's own way opens another one beside it for each call, two seconds long.</summary>
    public static async Task<string[]> ViolationsAsync(IPage page, string rules, string state)
    {
        if (await page.EvaluateAsync<bool>("() => !window.axe"))
            await page.EvaluateAsync(Script);
        var found = await page.EvaluateAsync<string[]>($"async () => (await axe.run({rules})).violations.map(it => `${{it.id}}, ${{it.nodes.map(node => node.html).join(' ')}}`)");
        return [.. found.Select(violation => $"{state}: {violation}")];
    }
}
