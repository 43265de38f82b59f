using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Operations;

/// <summary>Who runs the service, as the audit log names them: what they call themselves, which is no address.</summary>
internal readonly record struct Operator
{
    /// <summary>Of one that doesn't say.</summary>
    public static readonly Operator Unnamed = new("operator");

    private readonly string? name;

    private Operator(string name) => this.name = name;

    public static bool TryParse([NotNullWhen(true)] string? text, out Operator parsed)
    {
        // What a person can be called, an operator can.
        parsed = PersonName.TryParse(text, out var person) && !person.IsEmpty ? new Operator(person.ToString()) : default;
        return parsed != default;
    }

    public override string ToString() => name ?? Unnamed.ToString();
}
