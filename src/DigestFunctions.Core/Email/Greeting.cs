using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Email;

/// <summary>How a language greets: by name or kindly without, as text and encoded for HTML.</summary>
internal sealed class Greeting
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // Cut where the name goes.
    private readonly string[] text;
    private readonly string[] html;

    public Greeting(Texts texts, Language language)
    {
        text = texts[language, "mail.greeting"].Split("{name}");
        html = Array.ConvertAll(text, Encoder.Encode);
        Nameless = texts[language, "mail.greeting_nameless"];
        NamelessHtml = Encoder.Encode(Nameless);
    }

    public string Nameless { get; }

    public string NamelessHtml { get; }

    public void WriteText(string name, ArrayBufferWriter<char> line)
    {
        line.Write(text[0]);
        for (var piece = 1; piece < text.Length; piece++)
        {
            line.Write(name);
            line.Write(text[piece]);
        }
    }

    public void WriteHtml(string name, ArrayBufferWriter<char> line)
    {
        line.Write(html[0]);
        for (var piece = 1; piece < html.Length; piece++)
        {
            var room = line.GetSpan(name.Length * Encoder.MaxOutputCharactersPerInputCharacter);
            Encoder.Encode(name, room, out _, out var written);
            line.Advance(written);
            line.Write(html[piece]);
        }
    }
}
