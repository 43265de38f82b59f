using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>The page with the form: empty, or with what was typed and what is wrong with it, or why it wasn't taken.</summary>
internal sealed class SignUpForm(Pages pages, PublicAddress address, Texts texts, FieldModels fields, Assets assets, PageStamp stamps)
{
    private static readonly BodyReading.Fields Empty = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [PreferenceFields.Weekday] = "Tue",
        [PreferenceFields.Time] = "08:30",
    });

    public IResult Show(HttpRequest request, Language language) => Show(request, language, Empty, [], notTaken: null);

    public IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults) =>
        Show(request, language, typed, faults, notTaken: null);

    public IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, NotTaken notTaken) =>
        Show(request, language, typed, [], notTaken);

    private IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults, NotTaken? notTaken)
    {
        var consent = ConsentTexts.Of(texts, language);
        var status = notTaken?.Status ?? (faults.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
        var model = fields.Of(language, typed, faults);
        model["notice"] = notTaken is null ? "" : texts[language, $"page.not_taken.{notTaken.Why}"];
        // Whoever puts a fault right has looked at the form long enough.
        model["stamp"] = stamps.IsGood(typed[PageStamp.Field], StampedPage.Form) ? typed[PageStamp.Field] : stamps.New(StampedPage.Form);
        model["script"] = assets.Address("form.js");
        model["card"] = SocialCard.Of(address, language, "/", texts[language, "page.form.title"], texts[language, "page.form.description"], "website");
        model["consent"] = consent.Text;
        model["version"] = consent.Version;
        return pages.Show(request, "pages/form.html", language, status, model);
    }
}

/// <summary>Why a sign-up in which all is well wasn't taken: a key of <c>page.not_taken</c>.</summary>
internal sealed record NotTaken(string Why, int Status);
