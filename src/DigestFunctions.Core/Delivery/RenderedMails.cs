using System.Collections.Concurrent;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Delivery;

/// <summary>Each variant of an issue's digest, and of its reminder, rendered once, and not for each batch. Content doesn't change while we run.</summary>
internal sealed class RenderedMails(MailRenderer renderer)
{
    // A week's variants are fewer (some 100 of its digest, 200 of its reminders), and only two or three weeks' are sent at a time.
    private const int Most = 600;

    private readonly ConcurrentDictionary<(SlotKind, Variant, IssueId), RenderedMail> rendered = new();

    /// <summary>Null where there is no such tip in that language: content that was taken away, or never was there.</summary>
    public RenderedMail? Find(RunId run, Variant variant)
    {
        var key = (run.Slot.Kind, variant, run.Issue);
        if (rendered.TryGetValue(key, out var mail))
            return mail;
        if (rendered.Count >= Most)
            rendered.Clear();
        try
        {
            return rendered[key] = run.Slot.Kind switch
            {
                SlotKind.Digest => renderer.Digest(variant.Language, variant.Tip, run.Issue),
                SlotKind.Reminder => renderer.Reminder(variant.Language, variant.Tip, run.Issue.Plus(-variant.WeeksBack)),
                _ => throw new ArgumentOutOfRangeException(nameof(run), run, message: null),
            };
        }
        catch (KeyNotFoundException)
        {
            return null;
        }
    }
}
