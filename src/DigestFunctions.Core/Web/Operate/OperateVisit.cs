using DigestFunctions.Core.Operations;
using Microsoft.AspNetCore.Http;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>A request of one who is let in.</summary>
/// <param name="FormToken">What the page's forms carry; empty for a program, which brings the key each time.</param>
/// <param name="Values">What the address holds, such as <c>id</c>.</param>
internal sealed record OperateVisit(HttpContext Context, Operator By, string FormToken, IReadOnlyDictionary<string, string> Values)
{
    public HttpRequest Request => Context.Request;

    public bool IsProgram => Readers.IsProgram(Request);

    /// <summary>What was posted; empty for a GET, and for a POST of something other than fields.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    public string Field(string name) => Fields.GetValueOrDefault(name, "").Trim();
}

/// <summary>An address of the operator's, below <c>/operate</c>, and who answers there.</summary>
/// <param name="Pattern">Such as <c>subscriber/{id}</c>.</param>
/// <param name="TakesFile">Whether what is posted is read by the handler, who also checks the form's token by <see cref="OperateGate.IsOwnForm"/>.</param>
internal sealed record OperateRoute(
    string Method, string Pattern, Func<OperateVisit, CancellationToken, Task<IResult>> Handle, bool TakesFile = false)
{
    /// <summary>Its method, and what goes with it.</summary>
    public IReadOnlyList<string> Methods => HttpMethods.IsGet(Method) ? ["GET", "HEAD"] : [Method];

    /// <summary>What it does, in the API's description; empty for what is for people only.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The fields that it takes, for the API's description.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What it answers besides what every address may, for the API's description.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [];

    /// <summary>What a program gets where all went well.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>What may stand after the question mark, for the API's description.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];
}

/// <summary>Some of the operator's pages.</summary>
internal interface IOperatePages
{
    IEnumerable<OperateRoute> Routes { get; }
}
