using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>Renders the operator's pages, in their one layout and in English; a program gets the same as JSON.</summary>
internal sealed partial class OperatePage(Templates templates, Assets assets)
{
    // Made once, and not anew for each page.
    private static readonly IScriptCustomFunction Whole = DelegateCustomFunction.CreateFunc<string, RawHtml>(WithWholeDates);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="template">In <c>content/operate</c>, such as <c>today.html</c>; sees the model as <c>page</c>, its names in snake_case.</param>
    /// <param name="model">A record: what a program gets.</param>
    public IResult Show(OperateVisit visit, string template, object model, int status = StatusCodes.Status200OK) => visit.IsProgram
        ? Results.Json(model, Json, statusCode: status)
        : Render(visit, template, model, status);

    /// <summary>A page that says one thing; an error, to a program, as problem details (RFC 9457).</summary>
    public IResult Say(OperateVisit visit, string title, string text, string? back = null, int status = StatusCodes.Status200OK) => visit switch
    {
        { IsProgram: true } when status >= 400 => Results.Problem(new ProblemDetails { Status = status, Title = title, Detail = text }),
        { IsProgram: true } => Results.Json(new { title, text }, Json, statusCode: status),
        _ => Render(visit, "note.html", new { Title = title, Text = text, Back = back ?? "/operate", IsFault = status >= 400 }, status),
    };

    private IResult Render(OperateVisit visit, string template, object model, int status) => Results.Content(
        templates.Render($"operate/{template}", Language.English, new ScriptObject
        {
            ["page"] = model,
            ["here"] = visit.Request.Path.Value,
            ["section"] = Section(visit.Request.Path.Value ?? ""),
            ["whole_dates"] = Whole,
            ["by"] = visit.FormToken.Length > 0 ? visit.By.ToString() : "",
            ["form_token"] = visit.FormToken,
            ["style"] = assets.Address("style.css"),
            ["operate_style"] = assets.Address("operate.css"),
            ["emblem"] = assets.Address("emblem.svg"),
        }),
        "text/html; charset=utf-8",
        statusCode: status);

    // The entry of the menu to which a page belongs.
    private static string Section(string path) => path.Split('/').ElementAtOrDefault(2) switch
    {
        null or "" => "/operate",
        "subscriber" => "/operate/people",
        "preflight" or "preview" => "/operate/send",
        var section => $"/operate/{section}",
    };

    // Browsers would break 2026-11-28 or 2026-W48 at a hyphen.
    private static RawHtml WithWholeDates(string text) => new(Date().Replace(Templates.Encoder.Encode(text), "<span class=\"whole\">$0</span>"));

    [GeneratedRegex(@"\b\d{4}-(W\d{2}|\d{2}-\d{2})\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();
}
