using System.Diagnostics.CodeAnalysis;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using NodaTime;

namespace DigestFunctions.Core.Tips
{
    internal readonly record struct TipId(string Value)
    {
        public static bool TryParse([NotNullWhen(true)] string? text, out TipId id)
        {
            id = new TipId(text ?? "");
            return text is not null;
        }
    }

    internal sealed record Tip(TipId Id);

    internal sealed class TipLibrary
    {
        public static TipLibrary Load(DigestFunctions.Core.Email.ContentFolder content) => throw new NotSupportedException();

        public Tip Find(Language language, TipId id) => throw new NotSupportedException();
    }

    internal sealed class Calendar
    {
        public TipId TipOf(IssueId issue) => throw new NotSupportedException();
    }
}

namespace DigestFunctions.Core.Email
{
    using DigestFunctions.Core.Tips;

    internal sealed record RenderedMail(string Subject, string Html, string Text);

    internal sealed class MailRenderer
    {
        public RenderedMail Confirm(Preferences preferences, Instant askedAt) => throw new NotSupportedException();

        public RenderedMail Welcome(Preferences preferences, Tip? tip, IssueId issue, Instant firstDigestDue) => throw new NotSupportedException();

        public RenderedMail Digest(Language language, TipId tip, IssueId issue) => throw new NotSupportedException();
    }

    internal static class SubstitutionTags
    {
        public static Dictionary<string, string> For(Language language, PersonName name, string token) => throw new NotSupportedException();
    }
}
