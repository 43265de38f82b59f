using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Scriban.Runtime;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed class TemplatesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("content").FullName;

    public TemplatesTests()
    {
        Write("text/en.json", """{ "greeting": "Hello {name}, <3", "a": { "b": "deep" } }""");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_an_expression_yields_is_encoded_in_html()
    {
        Write("page.html", "<p>{{ name }}</p>");

        Assert.Equal("<p>&lt;b&gt;&amp;민아&#x27;</p>", Render("page.html", "<b>&민아'"));
    }

    [Fact]
    public void In_a_text_template_nothing_is_encoded()
    {
        Write("page.txt", "{{ name }}");

        Assert.Equal("<b>&", Render("page.txt", "<b>&"));
    }

    [Fact]
    public void A_text_is_filled_before_it_is_encoded()
    {
        Write("page.html", "{{ text.greeting | fill { name: name } }} {{ text.a.b }}");

        Assert.Equal("Hello &lt;i&gt;, &lt;3 deep", Render("page.html", "<i>"));
    }

    [Fact]
    public void An_included_file_is_not_encoded_twice_and_its_expressions_are_encoded_once()
    {
        Write("page.html", "<main>{{ part 'parts/name.html' }}</main>");
        Write("parts/name.html", "<b>{{ name }}</b>");

        Assert.Equal("<main><b>&lt;</b></main>", Render("page.html", "<"));
    }

    [Fact]
    public void A_layout_wraps_what_was_captured()
    {
        Write("page.html", "{{ capture body }}<p>{{ name }}</p>{{ end }}{{ part 'layout.html' }}");
        Write("layout.html", "<main>{{ body | raw }}</main>");

        Assert.Equal("<main><p>&lt;</p></main>", Render("page.html", "<"));
    }

    [Fact]
    public void A_name_that_the_model_lacks_is_an_error_and_not_a_blank()
    {
        Write("page.html", "{{ nmae }}");

        Assert.ThrowsAny<Exception>(() => Render("page.html", "x"));
    }

    private string Render(string template, string name)
    {
        var content = new ContentFolder(folder);
        return new Templates(content, Texts.Load(content)).Render(template, Language.English, new ScriptObject { ["name"] = name });
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
