using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryStore.Tables;

/// <summary>Reads $filter: comparisons of a column with a literal, joined by and/or, with brackets.</summary>
internal sealed partial class FilterReader
{
    private readonly string text;
    private int position;

    private FilterReader(string text) => this.text = text;

    /// <exception cref="FormatException">It isn't a condition, or one that the service doesn't use.</exception>
    public static Filter Read(string text)
    {
        var reader = new FilterReader(text);
        var filter = reader.ReadOr();
        return reader.position == text.Length ? filter : throw reader.Unreadable();
    }

    private Filter ReadOr()
    {
        var left = ReadAnd();
        while (Take("or"))
            left = new Filter.Or(left, ReadAnd());
        return left;
    }

    private Filter ReadAnd()
    {
        var left = ReadOne();
        while (Take("and"))
            left = new Filter.And(left, ReadOne());
        return left;
    }

    private Filter ReadOne()
    {
        if (!Take("("))
            return new Filter.Compare(Next(Column()), ComparisonOf(Next(Column())), ReadLiteral());
        var inner = ReadOr();
        return Take(")") ? inner : throw Unreadable();
    }

    private object ReadLiteral()
    {
        var match = Literal().Match(text, position);
        if (!match.Success)
            throw Unreadable();
        Skip(match.Length);
        var value = match.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal);
        if (match.Groups["number"] is { Success: true } number)
            return long.Parse(number.ValueSpan, CultureInfo.InvariantCulture);
        if (match.Groups["bool"] is { Success: true } boolean)
            return bool.Parse(boolean.ValueSpan);
        return match.Groups["kind"].Value switch
        {
            "datetime" => new DateTime(Edm.Ticks(value), DateTimeKind.Utc),
            "guid" => Guid.Parse(value),
            _ => value,
        };
    }

    private Comparison ComparisonOf(string word) => word switch
    {
        "eq" => Comparison.Equal,
        "lt" => Comparison.Less,
        "le" => Comparison.LessOrEqual,
        "gt" => Comparison.Greater,
        "ge" => Comparison.GreaterOrEqual,
        _ => throw Unreadable(),
    };

    private string Next(Regex pattern)
    {
        var match = pattern.Match(text, position);
        if (!match.Success)
            throw Unreadable();
        Skip(match.Length);
        return match.Value;
    }

    private bool Take(string word)
    {
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0
            || (char.IsAsciiLetter(word[0]) && position + word.Length < text.Length && char.IsAsciiLetterOrDigit(text[position + word.Length])))
        {
            return false;
        }

        Skip(word.Length);
        return true;
    }

    private void Skip(int length)
    {
        position += length;
        while (position < text.Length && text[position] == ' ')
            position++;
    }

    private FormatException Unreadable() => new($"The condition can't be read at {position}: {text}");

    [GeneratedRegex(@"\G[A-Za-z_][A-Za-z0-9_]*", RegexOptions.None, 1000)]
    private static partial Regex Column();

    [GeneratedRegex(@"\G(?:(?<kind>datetime|guid)?'(?<text>(?:[^']|'')*)'|(?<number>-?[0-9]+)L?|(?<bool>true|false))(?![A-Za-z0-9_.])", RegexOptions.None, 1000)]
    private static partial Regex Literal();
}
