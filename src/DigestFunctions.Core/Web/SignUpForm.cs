using DigestFunctions.Core.Email;
using DigestFunctions.Core.Subscribers;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web;

/// <summary>The page with the form: empty, or with what was typed and what is wrong with it.</summary>
internal sealed class SignUpForm(Pages pages, Texts texts, FieldModels fields, Assets assets)
{
    private static readonly BodyReading.Fields Empty = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [PreferenceFields.Weekday] = "Tue",
        [PreferenceFields.Time] = "08:30",
    });

    public IResult Show(HttpRequest request, Language language) => Show(request, language, Empty, []);

    public IResult Show(HttpRequest request, Language language, BodyReading.Fields typed, IReadOnlyList<FieldFault> faults)
    {
        var consent = ConsentTexts.Of(texts, language);
        var model = fields.Of(language, typed, faults);
        model["script"] = assets.Address("form.js");
        model["consent"] = consent.Text;
        model["version"] = consent.Version;
        return pages.Show(request, "pages/form.html", language, faults.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, model);
    }
}
