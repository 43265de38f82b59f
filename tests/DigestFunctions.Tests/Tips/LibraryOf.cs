using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Tests.Tips;

/// <summary>A library on disk with one good tip in two languages, for tests to break.</summary>
internal sealed class LibraryOf : IDisposable
{
    public const string Tip = "tips/en/breathe.md";
    public const string Translation = "tips/ko/breathe.md";

    private static readonly string Good = $"""
        ---
        id: breathe
        area: self
        energy: gentle
        minutes: 2
        title: Breathe
        preheader: Once
        evidence: someone-2001
        ---
        ## Why
        {string.Join(' ', Enumerable.Repeat("word", 40))}

        ## Try it
        1. Sit.
        2. Breathe *in*.
        3. Breathe out.

        ## Reflect
        What changed?

        ## If you are running on empty
        Breathe once.

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("library").FullName;

    public LibraryOf()
    {
        Write(Tip, Good);
        Write(Translation, Good);
        Write("evidence.yml", """
            someone-2001:
              citation: Someone (2001)
              certainty: tentative

            """);
        Write("findings/en.yml", "someone-2001: A thing was found.\n");
        Write("findings/ko.yml", "someone-2001: 한 가지를 찾았어요.\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public TipLibrary Load() => TipLibrary.Load(new ContentFolder(folder));

    public IReadOnlyList<Problem> Lint() => TipLint.Check(new ContentFolder(folder));

    /// <summary>The same tip again by another id, in both languages.</summary>
    public void Copy(string id, string other)
    {
        foreach (var language in (string[])["en", "ko"])
        {
            Write(
                $"tips/{language}/{other}.md",
                File.ReadAllText(At($"tips/{language}/{id}.md")).Replace($"id: {id}", $"id: {other}", StringComparison.Ordinal));
        }
    }

    /// <summary>Replaces text in a file, and says what loading says then.</summary>
    public string ComplaintAfter(string file, string old, string with)
    {
        var text = File.ReadAllText(At(file));
        Xunit.Assert.Contains(old, text, StringComparison.Ordinal);
        Write(file, text.Replace(old, with, StringComparison.Ordinal));
        return Complaint();
    }

    public string Complaint() => Xunit.Assert.Throws<InvalidDataException>(Load).Message;

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    public void Delete(string file) => File.Delete(At(file));

    private string At(string file) => Path.Combine(folder, file);
}
