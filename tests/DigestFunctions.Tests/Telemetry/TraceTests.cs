using System.Diagnostics;
using DigestFunctions.Core.Telemetry;
using Xunit;

namespace DigestFunctions.Tests.Telemetry;

[Collection(Alone.Name)]
public sealed class TraceTests(WatchedLife life)
{
    [Fact]
    public void One_trace_leads_from_the_plan_across_the_queue_to_the_provider()
    {
        var plan = Assert.Single(life.Heard.Spans("plan run"));
        var range = Assert.Single(life.Heard.Spans("handle range"));
        var batch = Assert.Single(life.Heard.Spans("send batch"));
        var call = Assert.Single(life.Heard.Spans("provider send", (Tag.Kind, "digest")));

        Assert.All([range, batch, call], span => Assert.Equal(plan.TraceId, span.TraceId));
        Assert.Equal([default, plan.SpanId, range.SpanId, batch.SpanId], new[] { plan, range, batch, call }.Select(span => span.ParentSpanId));
        Assert.Equal([ActivityKind.Producer, ActivityKind.Consumer, ActivityKind.Internal, ActivityKind.Client], new[] { plan, range, batch, call }.Select(span => span.Kind));
    }

    [Fact]
    public void A_message_is_told_of_by_the_conventions()
    {
        var range = Assert.Single(life.Heard.Spans("handle range"));

        Assert.Equal(("ranges", "process"), (range.GetTagItem("messaging.destination.name"), range.GetTagItem("messaging.operation.name")));
        Assert.Equal("digest|Europe~Paris|Tue|08:30|2026-12-01", range.GetTagItem(Tag.Run));
    }

    [Fact]
    public void A_look_at_a_run_is_a_trace_of_its_own() =>
        Assert.DoesNotContain(life.Heard.Spans("plan run").Single().TraceId, life.Heard.Spans("settle").Select(look => look.TraceId));

    [Fact]
    public void A_mail_to_one_person_is_traced_too()
    {
        var call = Assert.Single(life.Heard.Spans("provider send", (Tag.Kind, "welcome")));

        Assert.Contains(call.ParentSpanId, life.Heard.Spans("handle mail").Select(mail => mail.SpanId));
        Assert.Equal((202, ActivityStatusCode.Unset), (call.GetTagItem(Tag.Status), call.Status));
    }

    [Fact]
    public void Nothing_that_is_told_holds_an_address_a_name_an_id_or_a_token()
    {
        Assert.True(life.Personal.Count > 6);
        Assert.All(life.Heard.Said, text => Assert.All(life.Personal, word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_name_is_one_of_ours_in_lower_case() =>
        Assert.All(life.Heard.Names, name => Assert.Matches("^(empathy_digest(\\.[a-z_]+)+|[a-z ]+)$", name));
}
