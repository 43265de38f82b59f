using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Scriban.Runtime;

namespace DigestFunctions.Core.Web;

/// <summary>Renders pages, in the one layout.</summary>
internal sealed class Pages(Templates templates, Texts texts, Readers readers, Assets assets)
{
    /// <summary>Says a note in the reader's language, or in the one given: to a person as a page; an error, to a program, as problem details (RFC 9457).</summary>
    public IResult Say(HttpRequest request, Note note, Language? language = null)
    {
        var spoken = readers.Chosen(request) ?? language ?? readers.LanguageOf(request);
        return note.Status >= 400 && Readers.IsProgram(request)
            ? Results.Problem(new ProblemDetails
            {
                Status = note.Status,
                Title = Filled("title"),
                Detail = Filled(note.Body),
            })
            : Show(request, "pages/note.html", spoken, note.Status, new ScriptObject
            {
                ["title"] = Filled("title"),
                ["lines"] = new[] { Filled(note.Body), Filled("more") }.Where(line => line.Length > 0).ToList(),
                ["error"] = note.Status >= 400,
                ["facts"] = note.Facts,
                ["consent"] = note.Consent?.Text,
                ["consent_language"] = note.Consent?.Language.ToString(),
                ["version"] = note.Consent?.Version,
                ["link"] = note.Link,
                ["button"] = note.Button,
                ["to"] = note.To,
                ["choices"] = note.Choices,
                ["stamp"] = note.Stamp,
                ["other"] = note.Other,
                ["other_text"] = note.Other is null ? "" : Filled("other"),
                ["action"] = note.Link is null && note.Button is null ? "" : Filled("action"),
            });

        string Filled(string part) => texts.Fill(spoken, $"page.{note.Key}.{part}", note.Places);
    }

    public IResult Show(HttpRequest request, string template, Language language, int status, ScriptObject model)
    {
        model["style"] = assets.Address("style.css");
        model["emblem"] = assets.Address("emblem.svg");
        model["languages"] = texts.Languages.Select(each => new ScriptObject
        {
            ["code"] = each.ToString(),
            ["name"] = texts[each, "page.language_name"],
        }).ToList();
        if (!model.ContainsKey("card"))
            model["card"] = null;
        model["here"] = HasPage(request) ? "" : "/";
        return Results.Content(templates.Render(template, language, model), "text/html; charset=utf-8", statusCode: status);
    }

    // The switch leads to the same address, unless that only answers a form.
    private static bool HasPage(HttpRequest request) => !request.Path.StartsWithSegments("/subscribe", StringComparison.OrdinalIgnoreCase);
}
