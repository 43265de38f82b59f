using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Xunit;

namespace DigestFunctions.Tests.Web.Operate;

/// <summary>An operator at a browser: signed in by the key, with the cookie and the token of the forms.</summary>
internal sealed class Operating : IDisposable
{
    private readonly HttpClient http;

    private Operating(Uri service) => http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = service,
        DefaultRequestHeaders = { { "Accept", "text/html" } },
    };

    public HttpClient Http => http;

    public static Operating Outside(TestApp app) => new(app.Http.BaseAddress!);

    public static async Task<Operating> SignInAsync(TestApp app, string name = "Jo")
    {
        var operating = Outside(app);
        using var answer = await operating.PostAsync("/operate/sign-in", ("name", name), ("key", TestApp.OperateKey));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return operating;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(path, TestContext.Current.CancellationToken);

    public async Task<IHtmlDocument> PageAsync(string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await GetAsync(path);
        return await answer.PageAsync(status);
    }

    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => http.PostAsync(
        path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), TestContext.Current.CancellationToken);

    /// <summary>Presses the button with a value on a page's form, with what is typed; follows to where the answer sends.</summary>
    public async Task<IHtmlDocument> PressAsync(string path, string button, params (string Name, string Value)[] typed)
    {
        using var answer = await PostFormAsync(path, button, typed);
        return answer.StatusCode == HttpStatusCode.SeeOther ? await PageAsync(answer.Headers.Location!.ToString()) : await answer.PageAsync(answer.StatusCode);
    }

    public async Task<HttpResponseMessage> PostFormAsync(string path, string button, params (string Name, string Value)[] typed)
    {
        var page = await PageAsync(path);
        var pressed = page.QuerySelectorAll("main form button").Single(each => (each.GetAttribute("value") ?? "") == button);
        var form = pressed.Closest("form")!;
        var fields = form.QuerySelectorAll("[name]").Where(field => field.LocalName != "button")
            .Select(field => (field.GetAttribute("name")!, (field as IHtmlInputElement)?.Value ?? (field as IHtmlSelectElement)?.Value ?? (field as IHtmlTextAreaElement)?.Value ?? ""))
            .Where(field => !typed.Any(each => each.Name == field.Item1))
            .Concat(typed)
            .Append((pressed.GetAttribute("name") ?? "action", button));
        return await PostAsync(form.GetAttribute("action") ?? path, [.. fields]);
    }

    /// <summary>A page's text as it is read: without runs of blanks.</summary>
    public static string Text(AngleSharp.Dom.IParentNode page) =>
        Regex.Replace(page.QuerySelector("main")!.TextContent, @"\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(1)).Trim();

    public void Dispose() => http.Dispose();
}
