namespace DigestFunctions.Core.Delivery;

/// <summary>How many recipients go together. The tests' simulation has smaller ones, so that a few people make a tree.</summary>
/// <param name="Range">What one message sends; a range of more is split into 16.</param>
/// <param name="Batch">What one call to the provider takes.</param>
internal sealed record RangeLimits(int Range = 8_000, int Batch = Delivery.Batch.MaxSize);
