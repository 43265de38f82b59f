using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.ObjectPool;
using Scriban;
using Scriban.Functions;
using Scriban.Parsing;
using Scriban.Runtime;

namespace DigestFunctions.Core.Email;

/// <summary>Text that is HTML already, and goes out as it is.</summary>
internal sealed record RawHtml(string Html)
{
    public override string ToString() => Html;
}

/// <summary>
/// The Scriban templates of pages and mails, each parsed once. In a template whose name ends in
/// <c>.html</c>, whatever an expression yields is encoded for HTML, unless it is <see cref="RawHtml"/>:
/// nobody has to remember to escape. <c>text</c> holds the language's texts, <c>fill</c> fills their
/// places: <c>{{ text.confirm.when | fill { day: day } }}</c>. <c>{{ part 'pages/layout.html' }}</c> puts another
/// template in, <c>raw</c> says that captured output is HTML already.
/// </summary>
internal sealed class Templates
{
    /// <summary>Encodes as a template does.</summary>
    public static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // Each context would have a copy of its own, which takes more memory than a mail.
    private static readonly ScriptObject Builtins = new BuiltinFunctions { IsReadOnly = true };

    private readonly ContentFolder content;
    private readonly Texts texts;
    private readonly ScriptObject functions = [];
    private readonly ConcurrentDictionary<string, Template> parsed = new();
    private readonly ObjectPool<StringBuilder> builders = ObjectPool.Create(new StringBuilderPooledObjectPolicy { MaximumRetainedCapacity = 64 * 1024 });

    public Templates(ContentFolder content, Texts texts)
    {
        (this.content, this.texts) = (content, texts);
        // Where a line of HTML would be longer than mail allows: what compiles the mails leaves no other.
        functions["line_break"] = new RawHtml("\n");
        functions.Import("fill", Fill);
        functions.Import("part", Part);
        functions.Import("raw", (string html) => new RawHtml(html));
        functions.IsReadOnly = true;
    }

    /// <summary>Renders a template of content, such as <c>pages/form.html</c>, with a model whose names are in snake_case.</summary>
    public string Render(string name, Language language, ScriptObject model)
    {
        var context = name.EndsWith(".html", StringComparison.Ordinal) ? new HtmlContext(Builtins) : new TemplateContext(Builtins);
        context.StrictVariables = true;
        context.EnableRelaxedMemberAccess = false;
        context.LoopLimit = 10_000;
        context.PushGlobal(functions);
        context.PushGlobal(new ScriptObject
        {
            ["text"] = texts.For(language),
            ["language"] = language.ToString(),
        });
        context.PushGlobal(model);
        var builder = builders.Get();
        try
        {
            context.PushOutput(new StringBuilderOutput(builder));
            return Parsed(name).Render(context);
        }
        finally
        {
            builders.Return(builder);
        }
    }

    private static string Fill(string text, ScriptObject places)
    {
        foreach (var (name, value) in places)
            text = text.Replace($"{{{name}}}", value?.ToString() ?? "", StringComparison.Ordinal);
        return text;
    }

    private RawHtml Part(TemplateContext context, string name)
    {
        context.PushOutput();
        try
        {
            return new RawHtml(Parsed(name).Render(context));
        }
        finally
        {
            context.PopOutput();
        }
    }

    private Template Parsed(string name) => parsed.GetOrAdd(name, key =>
    {
        var template = Template.Parse(Read(key), key);
        return template.HasErrors
            ? throw new InvalidDataException($"content/{key}: {template.Messages}")
            : template;
    });

    private string Read(string name) => File.ReadAllText(content.At(name));

    private sealed class HtmlContext(ScriptObject builtins) : TemplateContext(builtins)
    {
        public override TemplateContext Write(SourceSpan span, object? textAsObject) => textAsObject switch
        {
            RawHtml raw => Write(raw.Html),
            null => this,
            _ => Write(Encoder.Encode(ObjectToString(textAsObject) ?? "")),
        };
    }
}
