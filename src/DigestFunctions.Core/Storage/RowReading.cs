using System.Diagnostics.CodeAnalysis;
using Azure.Data.Tables;
using NodaTime;

namespace DigestFunctions.Core.Storage;

/// <summary>Reads the columns of a row as the types that they were written from.</summary>
internal static class RowReading
{
    public delegate bool Parser<T>([NotNullWhen(true)] string? text, out T value);

    /// <exception cref="InvalidDataException">The column holds what can't be; the message names row and column and not the value.</exception>
    public static T ReadAs<T>(this TableEntity row, string column, Parser<T> parse) =>
        parse(row.GetString(column), out var value) ? value : throw Unreadable(row, column);

    public static string ReadText(this TableEntity row, string column) =>
        row.GetString(column) ?? throw Unreadable(row, column);

    public static int ReadNumber(this TableEntity row, string column) =>
        row.GetInt32(column) ?? throw Unreadable(row, column);

    public static Instant ReadInstant(this TableEntity row, string column) =>
        row.FindInstant(column) ?? throw Unreadable(row, column);

    public static Instant? FindInstant(this TableEntity row, string column) =>
        row.GetDateTimeOffset(column) is { } at ? Instant.FromDateTimeOffset(at) : null;

    private static InvalidDataException Unreadable(TableEntity row, string column) =>
        new($"The column {column} of row {row.PartitionKey} / {row.RowKey} can't be read.");
}
