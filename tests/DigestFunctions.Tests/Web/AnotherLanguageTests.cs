using DigestFunctions.Core.Email;
using Xunit;

namespace DigestFunctions.Tests.Web;

/// <summary>Another language is its files, and no code: here one that is written from right to left.</summary>
public sealed class AnotherLanguageTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("language");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task With_its_files_alone_its_pages_are_there_and_run_its_way()
    {
        foreach (var file in Directory.EnumerateFiles(ContentFolder.BesideProgram.At("."), "*", SearchOption.AllDirectories))
            Copy(file, Path.GetRelativePath(ContentFolder.BesideProgram.At("."), file));
        foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (Theirs(Path.GetRelativePath(folder.FullName, file.FullName)) is { } theirs)
                Copy(file.FullName, theirs);
        }

        var text = Path.Combine(folder.FullName, "text", "he.json");
        await File.WriteAllTextAsync(text, (await File.ReadAllTextAsync(text, TestContext.Current.CancellationToken)).Replace("\"ltr\"", "\"rtl\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using var site = await TestSite.StartAsync(from: new ContentFolder(folder.FullName));

        foreach (var path in (string[])["/", "/archive", "/questions/nothing-left-to-give", "/nowhere"])
        {
            using var answer = await site.Person().GetAsync($"{path}?language=he", TestContext.Current.CancellationToken);
            var page = await answer.PageAsync(answer.StatusCode);

            Assert.Equal(("he", "rtl"), (page.DocumentElement.GetAttribute("lang"), page.DocumentElement.GetAttribute("dir")));
        }
    }

    // Of each file in English, the one in Hebrew.
    private static string? Theirs(string file)
    {
        var parts = file.Split(Path.DirectorySeparatorChar);
        var at = Array.FindIndex(parts, part => part is "en" or "en.json" or "en.yml");
        if (at < 0)
            return null;
        parts[at] = "he" + Path.GetExtension(parts[at]);
        return Path.Combine(parts);
    }

    private void Copy(string from, string to)
    {
        var whole = Path.Combine(folder.FullName, to);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.Copy(from, whole);
    }
}
