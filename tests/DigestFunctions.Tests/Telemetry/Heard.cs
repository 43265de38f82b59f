using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using DigestFunctions.Core.Telemetry;
using Xunit;

namespace DigestFunctions.Tests.Telemetry;

/// <summary>Figures are the whole process's: who counts them wants to be alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone : ICollectionFixture<WatchedLife>
{
    public const string Name = "Alone";
}

/// <summary>Hears all figures and spans of the service for as long as it lives.</summary>
internal sealed class Heard : IDisposable
{
    private readonly ConcurrentQueue<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> figures = [];
    private readonly ConcurrentQueue<Activity> spans = [];
    private readonly MeterListener meters = new();
    private readonly ActivityListener sources = new()
    {
        ShouldListenTo = source => source.Name == Signals.Name,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public Heard()
    {
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Signals.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => figures.Enqueue((instrument.Name, value, tags.ToArray())));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => figures.Enqueue((instrument.Name, value, tags.ToArray())));
        meters.Start();
        sources.ActivityStopped = spans.Enqueue;
        ActivitySource.AddActivityListener(sources);
    }

    /// <summary>The names of the figures, and of the spans.</summary>
    public IEnumerable<string> Names => figures.Select(figure => figure.Name).Concat(spans.Select(span => span.DisplayName)).Distinct();

    /// <summary>Everything that stands in a tag, or is told of a span besides.</summary>
    public IEnumerable<string> Said => figures.SelectMany(figure => figure.Tags)
        .Concat(spans.SelectMany(span => span.TagObjects))
        .Select(tag => $"{tag.Value}")
        .Concat(spans.SelectMany(span => (IEnumerable<string>)[span.DisplayName, span.StatusDescription ?? "", .. span.Events.Select(each => each.Name), .. span.Baggage.Select(each => each.Value ?? "")]));

    public bool IsEmptyOf(string figure) => !figures.Any(each => each.Name == figure);

    /// <summary>The sum of a figure, where it has these tags.</summary>
    public double Sum(string name, params (string Tag, object Value)[] tags) => figures
        .Where(figure => figure.Name == name && tags.All(tag => figure.Tags.Any(each => each.Key == tag.Tag && Equals(each.Value, tag.Value))))
        .Sum(figure => figure.Value);

    public IReadOnlyList<Activity> Spans(string name, params (string Tag, object Value)[] tags) =>
        [.. spans.Where(span => span.DisplayName == name && tags.All(tag => Equals(span.GetTagItem(tag.Tag), tag.Value)))];

    public void Dispose()
    {
        meters.Dispose();
        sources.Dispose();
    }
}
