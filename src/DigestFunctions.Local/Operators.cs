using DigestFunctions.Core.Operations;

namespace DigestFunctions.Local;

internal static class Operators
{
    /// <summary>Who is signed in on this machine.</summary>
    public static Operator OfThisMachine => Operator.TryParse(Environment.UserName, out var named) ? named : Operator.Unnamed;
}
