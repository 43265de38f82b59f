using System.Collections.Concurrent;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;

namespace DigestFunctions.Core.Delivery;

/// <summary>Each variant of an issue's digest rendered once, and not for each batch. Content doesn't change while we run.</summary>
internal sealed class RenderedDigests(MailRenderer renderer)
{
    // A week's variants are fewer, and of the weeks only two or three are sent at a time.
    private const int Most = 200;

    private readonly ConcurrentDictionary<(Variant, IssueId), RenderedMail> rendered = new();

    /// <summary>Null where there is no such tip in that language: content that was taken away, or never was there.</summary>
    public RenderedMail? Find(Variant variant, IssueId issue)
    {
        if (rendered.TryGetValue((variant, issue), out var mail))
            return mail;
        if (rendered.Count >= Most)
            rendered.Clear();
        try
        {
            return rendered[(variant, issue)] = renderer.Digest(variant.Language, variant.Tip, issue);
        }
        catch (KeyNotFoundException)
        {
            return null;
        }
    }
}
