using System.Diagnostics;
using System.Globalization;
using CsCheck;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using Xunit;

namespace DigestFunctions.Tests.Schedule;

public sealed class RangeTests
{
    private static readonly Gen<SubscriberId> Ids = Gen.Select(Gen.ULong, Gen.ULong)
        .Select((high, low) => new SubscriberId(new UInt128(high, low)));

    private static readonly Gen<IdRange> Ranges = Gen.Select(Ids, Gen.Int[0, 6]).Select((id, length) =>
    {
        Assert.True(IdRange.TryParse(id.ToString()[..length], out var range));
        return range;
    });

    [Fact]
    public void A_split_covers_its_parent_without_overlap() => Gen.Select(Ranges, Ids).Sample((range, id) =>
        range.Parts().Count(part => Holds(part, id)) == (Holds(range, id) ? 1 : 0));

    [Fact]
    public void A_message_reads_as_it_was_written() => Ranges.Sample(range =>
    {
        Assert.True(RunId.TryParse("digest|Europe~Paris|Tue|08:30|2026-11-24", out var run));
        var message = new RangeMessage(run, range);
        return RangeMessage.TryParse(message.ToString(), out var read) && read == message;
    });

    [Theory]
    [InlineData(false, ActivityTraceFlags.Recorded)]
    [InlineData(true, ActivityTraceFlags.None)]
    public void A_message_takes_along_the_trace_that_it_goes_on_with(bool isLook, ActivityTraceFlags flags)
    {
        Assert.True(RunId.TryParse("digest|Europe~Paris|Tue|08:30|2026-11-24", out var run));
        var trace = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);
        var message = new RangeMessage(run, IdRange.Whole, isLook) { Trace = trace };

        Assert.True(RangeMessage.TryParse(message.ToString(), out var read));
        Assert.Equal(message, read);
    }

    [Theory]
    [InlineData("2/digest|Europe~Paris|Tue|08:30|2026-11-24/")] // of a later version
    [InlineData("1/digest|Europe~Paris|Tue|08:30|2026-11-25/")] // not a Tuesday
    [InlineData("1/digest|Europe~Paris|Tue|08:30|2026-11-24/xyz")]
    [InlineData("1/digest|Europe~Paris|Tue|08:30|2026-11-24//00-0af7651916cd43dd8448eb211c80319c")] // half a trace
    [InlineData("1/digest|Europe~Paris|Tue|08:30|2026-11-24//look/look")]
    [InlineData("""{"run":1}""")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_message_is_refused(string? text) => Assert.False(RangeMessage.TryParse(text, out _));

    [Fact]
    public void An_id_reads_as_it_was_written_in_hex_and_in_bytes() => Ids.Sample(id =>
    {
        var bytes = new byte[SubscriberId.ByteLength];
        id.Write(bytes);
        return SubscriberId.Read(bytes) == id
            && SubscriberId.Parse(id.ToString()) == id
            && string.Equals(id.ToString(), Convert.ToHexStringLower(bytes), StringComparison.Ordinal);
    });

    private static bool Holds(IdRange range, SubscriberId id) =>
        id.ToString().StartsWith(range.ToString(), ignoreCase: false, CultureInfo.InvariantCulture);
}
