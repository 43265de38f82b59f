using DigestFunctions.Local;
using NodaTime;
using Xunit;

namespace DigestFunctions.Tests.Local;

/// <summary>How far something is, where standard error is no terminal.</summary>
public sealed class ProgressLineTests : IDisposable
{
    private readonly TestTime time = new();
    private readonly StringWriter output = new();

    [Fact]
    public void A_line_comes_every_few_seconds_and_none_of_what_is_soon_over()
    {
        var lines = new ProgressLine.Lines(output, time);

        foreach (var words in new[] { "1 of 4", "2 of 4", "3 of 4", "4 of 4" })
        {
            lines.Say(words);
            time.Pass(Duration.FromSeconds(3));
        }

        Assert.Equal(["3 of 4"], Said());
    }

    [Fact]
    public void At_the_end_it_is_said_at_once_and_nothing_after_it()
    {
        var lines = new ProgressLine.Lines(output, time);

        lines.End("Stopping.");
        time.Pass(Duration.FromMinutes(1));
        lines.Say("more");

        Assert.Equal(["Stopping."], Said());
    }

    public void Dispose() => output.Dispose();

    private string[] Said() => output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
