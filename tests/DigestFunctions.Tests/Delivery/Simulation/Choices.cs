namespace DigestFunctions.Tests.Delivery.Simulation;

/// <summary>
/// What happens in a simulated world, a byte for each choice. When they are used up every choice is the first,
/// which is always the harmless one: shorter is calmer, and that is how a failing sequence is shrunk.
/// </summary>
internal sealed class Choices(byte[] bytes)
{
    private int next;

    public bool AreLeft => next < bytes.Length;

    /// <summary>A number from 0 to below <paramref name="count"/>.</summary>
    public int Next(int count) => AreLeft ? bytes[next++] % count : 0;

    /// <summary>True once in so many times; never when the choices are used up.</summary>
    public bool Rarely(int onceIn) => AreLeft && bytes[next++] % onceIn == onceIn - 1;

    public T Of<T>(params ReadOnlySpan<T> all) => all[Next(all.Length)];
}
