using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MemoryStore.Tables;

internal enum Comparison
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A query's condition.</summary>
internal abstract record Filter
{
    private Filter()
    {
    }

    public abstract bool Holds(string partition, in Row row);

    internal sealed record And(Filter Left, Filter Right) : Filter
    {
        public override bool Holds(string partition, in Row row) => Left.Holds(partition, row) && Right.Holds(partition, row);
    }

    internal sealed record Or(Filter Left, Filter Right) : Filter
    {
        public override bool Holds(string partition, in Row row) => Left.Holds(partition, row) || Right.Holds(partition, row);
    }

    /// <param name="Value">A string, bool, long or, as ticks, a <see cref="DateTime"/>, or a <see cref="Guid"/>.</param>
    internal sealed record Compare(string Column, Comparison Comparison, object Value) : Filter
    {
        private readonly byte[] utf8 = Value is string text ? Encoding.UTF8.GetBytes(text) : [];

        // A column that isn't there, or is of another type, compares to nothing.
        public override bool Holds(string partition, in Row row)
        {
            if (Column == "PartitionKey")
                return Value is string text && Is(string.CompareOrdinal(partition, text));
            if (Column == "RowKey")
                return Value is string && Is(row.Key.SequenceCompareTo(utf8));
            if (Column == "Timestamp")
                return Value is DateTime at && Is(row.Ticks.CompareTo(at.Ticks));
            return CompareColumn(row) is { } order && Is(order);
        }

        private int? CompareColumn(in Row row)
        {
            var json = new Utf8JsonReader(row.Json);
            string? type = null;
            for (json.Read(); json.Read() && json.TokenType == JsonTokenType.PropertyName;)
            {
                var found = json.ValueTextEquals(Column);
                var isType = !found && json.GetString() == Column + Edm.TypeSuffix;
                json.Read();
                if (isType)
                    type = json.GetString();
                else if (found)
                    return CompareValue(json, type);
            }

            return null;
        }

        private int? CompareValue(Utf8JsonReader json, string? type) => (Value, json.TokenType, type) switch
        {
            (bool value, JsonTokenType.True or JsonTokenType.False, null) => json.GetBoolean().CompareTo(value),
            (long value, JsonTokenType.Number, null) => json.GetInt64().CompareTo(value),
            (long value, JsonTokenType.String, "Edm.Int64") => long.Parse(json.GetString()!, CultureInfo.InvariantCulture).CompareTo(value),
            (DateTime value, JsonTokenType.String, "Edm.DateTime") => Edm.Ticks(json.GetString()!).CompareTo(value.Ticks),
            (Guid value, JsonTokenType.String, "Edm.Guid") => json.GetGuid().CompareTo(value),
            (string value, JsonTokenType.String, null) => string.CompareOrdinal(json.GetString(), value),
            _ => null,
        };

        private bool Is(int order) => Comparison switch
        {
            Comparison.Equal => order == 0,
            Comparison.Less => order < 0,
            Comparison.LessOrEqual => order <= 0,
            Comparison.Greater => order > 0,
            _ => order >= 0,
        };
    }
}
