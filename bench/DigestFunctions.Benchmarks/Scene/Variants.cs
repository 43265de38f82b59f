using DigestFunctions.Core.Delivery;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Benchmarks.Scene;

/// <summary>So many different mails, other than by recipient: each language's tips, spread evenly over the ids.</summary>
internal sealed class Variants(TipLibrary tips, Calendar calendar, int count)
{
    /// <summary>What the content has for one issue.</summary>
    public const int Most = 14;

    /// <summary>As the service asks for it.</summary>
    public Variant Of(ScheduleEntry entry, IssueId issue) => Of(entry.Id, issue);

    public Variant Of(SubscriberId id, IssueId issue)
    {
        var number = (int)(id.Value % (uint)count);
        return number == 0
            ? new Variant(Language.English, calendar.TipOf(issue))
            : new Variant(tips.Languages[number % tips.Languages.Count], tips.All[number / tips.Languages.Count % tips.All.Count].Id);
    }
}
