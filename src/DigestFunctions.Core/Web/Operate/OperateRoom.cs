using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>
/// Everything below <c>/operate</c>: finds who answers there, lets in nobody without the key, and takes no form that
/// isn't of the session's own pages. What is changed is answered with 303 or a page, and no GET changes anything.
/// </summary>
internal sealed class OperateRoom(Answering answering, OperateGate gate, OperatePage page, SignInPages signIn, IEnumerable<IOperatePages> pages)
{
    private readonly List<(OperateRoute Route, TemplateMatcher Matcher)> routes =
        [.. pages.SelectMany(each => each.Routes).Select(route => (route, new TemplateMatcher(TemplateParser.Parse(route.Pattern), [])))];

    public IEnumerable<OperateRoute> Routes => routes.Select(each => each.Route);

    public Task<IResult> Answer(HttpContext context) => answering.AnswerAsync(context, Privacy.Token, async cancellation =>
    {
        var path = "/" + context.GetRouteValue("path");
        if (path == "/sign-in")
            return await signIn.AnswerAsync(context, cancellation);
        return await gate.EnterAsync(context, cancellation) switch
        {
            Entrance.Open(var by, var token) => await HandleAsync(new OperateVisit(context, by, token, new Dictionary<string, string>()), path, cancellation),
            var closed => signIn.Refuse(context, closed),
        };
    });

    private async Task<IResult> HandleAsync(OperateVisit visit, string path, CancellationToken cancellation)
    {
        // An address itself goes before one with places that it would fill: people/export is nobody's id.
        var here = routes.Select(each => (each.Route, Values: Match(each.Matcher, path)))
            .Where(each => each.Values is not null).GroupBy(each => each.Values!.Count).MinBy(group => group.Key)?.ToList();
        if (here is null)
            return page.Say(visit, "There is nothing here", "The address may be of an older version, or mistyped.", status: StatusCodes.Status404NotFound);
        var method = HttpMethods.IsHead(visit.Request.Method) ? HttpMethods.Get : visit.Request.Method;
        var (route, values) = here.Find(each => each.Route.Method == method);
        if (route is null)
        {
            visit.Context.Response.Headers.Allow = string.Join(", ", here.SelectMany(each => each.Route.Methods));
            return page.Say(visit, "That can't be done here", "This address takes another method.", status: StatusCodes.Status405MethodNotAllowed);
        }

        visit = visit with { Values = values! };
        return HttpMethods.IsPost(route.Method) ? await PostAsync(visit, route, cancellation) : await route.Handle(visit, cancellation);
    }

    private static Dictionary<string, string>? Match(TemplateMatcher matcher, string path)
    {
        var values = new RouteValueDictionary();
        return matcher.TryMatch(path, values) ? values.ToDictionary(value => value.Key, value => value.Value?.ToString() ?? "") : null;
    }

    private async Task<IResult> PostAsync(OperateVisit visit, OperateRoute route, CancellationToken cancellation)
    {
        if (visit.FormToken.Length > 0 && OperateGate.IsForeign(visit.Request))
            return RefuseForm(visit);
        if (route.TakesFile)
            return await route.Handle(visit, cancellation);
        switch (await RequestBody.ReadAsync(visit.Request, takesEmpty: true))
        {
            case BodyReading.Fields fields when OperateGate.IsOwnForm(visit, fields[OperateGate.FormToken]):
                return await route.Handle(visit with { Fields = fields.Values }, cancellation);
            case BodyReading.Refused refused:
                return page.Say(visit, "That could not be read", "Nothing was changed. Go back and try again.", status: refused.Status);
            default:
                return RefuseForm(visit);
        }
    }

    /// <summary>Says that a form isn't one of this session.</summary>
    public IResult RefuseForm(OperateVisit visit)
    {
        gate.TellForeign();
        return page.Say(
            visit, "This form is no longer good", "Nothing was changed. It came from another site, or you signed in again since: go back, load the page anew and press again.",
            status: StatusCodes.Status403Forbidden);
    }
}
