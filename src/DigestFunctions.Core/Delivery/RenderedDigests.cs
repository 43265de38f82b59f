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

    public RenderedMail this[Variant variant, IssueId issue]
    {
        get
        {
            if (rendered.TryGetValue((variant, issue), out var mail))
                return mail;
            if (rendered.Count >= Most)
                rendered.Clear();
            return rendered[(variant, issue)] = renderer.Digest(variant.Language, variant.Tip, issue);
        }
    }
}
