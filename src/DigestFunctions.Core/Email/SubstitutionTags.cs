namespace DigestFunctions.Core.Email;

/// <summary>
/// What differs between the recipients of one rendered mail. The provider puts each recipient's values
/// in, as they are, in both parts alike: so what a stranger typed has a tag for each part.
/// </summary>
internal static class SubstitutionTags
{
    public const string GreetingHtml = "[%greeting-html%]";
    public const string GreetingText = "[%greeting-text%]";
    public const string Streak = "[%streak%]";
    public const string Token = "[%token%]";
}
