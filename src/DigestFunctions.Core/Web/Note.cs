using DigestFunctions.Core.Subscribers;

namespace DigestFunctions.Core.Web;

/// <summary>A line of what was chosen or will come: what it is, and how it is.</summary>
internal sealed record Fact(string Label, string Value);

/// <summary>
/// A page that says one thing: what happened, what it means, what can be done next. Its texts are
/// <c>page.KEY.title</c>, <c>body</c>, <c>more</c> (may be empty) and, with a link or a button, <c>action</c>.
/// </summary>
internal sealed record Note(string Key, int Status = 200)
{
    /// <summary>Which text is the body, where a key has several.</summary>
    public string Body { get; init; } = "body";

    /// <summary>What fills the texts' places.</summary>
    public (string Name, string Value)[] Places { get; init; } = [];

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>What is agreed to by pressing the button, in the language that it was asked in.</summary>
    public ConsentText? Consent { get; init; }

    /// <summary>Where the action leads.</summary>
    public string? Link { get; init; }

    /// <summary>What else can be posted to the page's own address, a button each.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Where else one can go from here; its text is <c>page.KEY.other</c>.</summary>
    public string? Other { get; init; }

    /// <summary>What the action posts.</summary>
    public string? Button { get; init; }

    /// <summary>Where the action posts to, if not to the page's own address.</summary>
    public string? To { get; init; }

    /// <summary>The stamp without which no button counts, where one is needed.</summary>
    public string? Stamp { get; init; }
}
