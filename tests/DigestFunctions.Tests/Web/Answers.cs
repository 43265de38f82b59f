using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>Reads answers as those do whom they are for.</summary>
internal static class Answers
{
    public static async Task<IHtmlDocument> PageAsync(this HttpResponseMessage answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        return await new HtmlParser().ParseDocumentAsync(html, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage answer, HttpStatusCode status)
    {
        var json = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(json).RootElement;
    }

    /// <summary>Opens a page, looks at it for as long as a person does, types into its form and presses the button.</summary>
    public static async Task<HttpResponseMessage> PressAsync(this HttpClient client, TestTime time, string path, params (string Name, string Value)[] typed)
    {
        using var opened = await client.GetAsync(path, TestContext.Current.CancellationToken);
        var page = await opened.PageAsync();
        time.Pass(Duration.FromSeconds(2));
        return await client.PressAsync(page, path, typed);
    }

    /// <summary>Types into the form of a page that is open, and presses the button at once.</summary>
    public static Task<HttpResponseMessage> PressAsync(this HttpClient client, IHtmlDocument page, string path, params (string Name, string Value)[] typed) =>
        client.PostAsync(
            (page.QuerySelector("main form") as IHtmlFormElement)?.Target(path) ?? path,
            new FormUrlEncodedContent(page.Filled(typed)),
            TestContext.Current.CancellationToken);

    /// <summary>What the page's form posts: what stands in it, with what is typed into it.</summary>
    public static Dictionary<string, string> Filled(this IHtmlDocument page, params (string Name, string Value)[] typed)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in page.QuerySelector("main form")?.QuerySelectorAll("[name]") ?? Enumerable.Empty<IElement>())
        {
            if (field is IHtmlInputElement { Type: "checkbox", IsChecked: false })
                continue;
            var (name, value) = (field.GetAttribute("name")!, field switch
            {
                IHtmlSelectElement select => select.Value ?? "",
                IHtmlInputElement input => input.Value,
                _ => field.GetAttribute("value") ?? "",
            });
            fields[name] = field is IHtmlInputElement { Type: "checkbox" } && fields.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        foreach (var (name, value) in typed)
            fields[name] = value;
        return fields;
    }

    /// <summary>What a browser posts of a form as it stands, wherever its fields are, but for the button.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Standing(this IHtmlFormElement form)
    {
        foreach (var field in form.Elements)
        {
            if (field is IHtmlSelectElement { Name: { } select } list)
                yield return new(select, list.Value ?? "");
            else if (field is IHtmlInputElement { Name: { } input } box && box is { Type: not "checkbox" } or { IsChecked: true })
                yield return new(input, box.Value);
        }
    }

    /// <summary>Where a form of the page at a path is posted to.</summary>
    public static string Target(this IHtmlFormElement form, string path) => form.GetAttribute("action") switch
    {
        null or "" => path,
        ['?', ..] query => path.Split('?')[0] + query,
        var elsewhere => elsewhere,
    };

    public static string Heading(this IHtmlDocument page) => page.QuerySelector("h1")!.TextContent.Trim();
}
