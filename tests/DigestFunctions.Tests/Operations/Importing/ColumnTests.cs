using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Tests.EntryPoints;
using Xunit;

namespace DigestFunctions.Tests.Operations.Importing;

/// <summary>The runbook's table of columns, held to the ones that are read.</summary>
public sealed class ColumnTests
{
    [Fact]
    public async Task The_runbook_names_every_column_and_no_others()
    {
        var lines = await File.ReadAllLinesAsync(Repository.Path("docs/operations.md"), TestContext.Current.CancellationToken);
        var named = Rows(lines).Select(cells => cells[1].Trim(' ', '`'));

        Assert.Equal(Enum.GetValues<ImportColumn>().Select(ImportHeader.NameOf), named);
    }

    [Fact]
    public async Task Every_other_name_that_the_runbook_has_is_understood()
    {
        var lines = await File.ReadAllLinesAsync(Repository.Path("docs/operations.md"), TestContext.Current.CancellationToken);
        foreach (var cells in Rows(lines))
        {
            var others = cells[3].Replace(" and the like", "", StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            Assert.All(others, other =>
            {
                var wanted = new[] { "email", "timezone" }.Where(name => cells[1].Trim(' ', '`') != name);
                var (header, fault) = ImportHeader.Read([other, .. wanted], new ImportOptions(IsDryRun: true, AsksByMail: true));
                Assert.Empty(fault);
                Assert.Empty(header!.Ignored);
            });
        }
    }

    private static IEnumerable<string[]> Rows(IEnumerable<string> lines) => lines
        .SkipWhile(line => line != "## Bringing subscribers along")
        .SkipWhile(line => !line.StartsWith("| `", StringComparison.Ordinal))
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('|'));
}
