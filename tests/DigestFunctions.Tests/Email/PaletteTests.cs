using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using Xunit;

namespace DigestFunctions.Tests.Email;

public sealed partial class PaletteTests
{
    private static readonly Dictionary<string, Dictionary<string, string>> Palette =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(
            File.ReadAllText(ContentFolder.BesideProgram.At("emails", "palette.json")))!;

    public static TheoryData<string, string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, string>();
            foreach (var scheme in (string[])["light", "dark"])
            {
                foreach (var ground in (string[])["page", "card", "panel"])
                {
                    foreach (var text in (string[])["ink", "quiet", "accent"])
                        pairs.Add(scheme, text, ground);
                }

                pairs.Add(scheme, "on-accent", "accent");
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Text_can_be_read_on_its_ground(string scheme, string text, string ground) =>
        // WCAG 2.2, 1.4.3: 4.5 to 1 for text of any size.
        Assert.InRange(Contrast(Palette[scheme][text], Palette[scheme][ground]), 4.5, 21);

    [Fact]
    public void Every_colour_of_a_mail_comes_from_the_palette()
    {
        var sources = Directory.EnumerateFiles(ContentFolder.BesideProgram.At("emails"), "*.mjml", SearchOption.AllDirectories);

        Assert.All(sources, source => Assert.DoesNotMatch(HexColour(), File.ReadAllText(source)));
    }

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var channels = Enumerable.Range(0, 3)
            .Select(index => int.Parse(colour.AsSpan(1 + (index * 2), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(share => share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4))
            .ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    [GeneratedRegex(@"[:""\s]#[0-9a-fA-F]{3,8}\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HexColour();
}
