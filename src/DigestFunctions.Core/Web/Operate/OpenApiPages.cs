using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>The operator's API, described from its own table (OpenAPI 3.1): the pages, asked for as JSON.</summary>
internal sealed partial class OpenApiPages(IServiceProvider services, PublicAddress address) : IOperatePages
{
    // Where a body is read, that may fail; a file is read by its own page.
    private static readonly int[] OfAny = [200, 401, 404, 429, 500, 503];
    private static readonly int[] OfPost = [400, 403, 408, 413, 415];
    private static readonly int[] OfFile = [400, 403, 413];

    private static readonly Dictionary<int, string> Meanings = new()
    {
        [200] = "Done.",
        [400] = "The body can't be read.",
        [401] = "No key, or a wrong one.",
        [403] = "A browser's form that isn't of its own session. A program that brings the key is never told so.",
        [404] = "There is nothing of that name; or no key is set, and all is closed.",
        [408] = "The body came too slowly.",
        [409] = "Somebody else was first, or it can't be done as things are by now. Nothing was done.",
        [413] = "The body is too large.",
        [415] = "The body is of a kind that isn't read here.",
        [422] = "A field is missing, or isn't fit. Nothing was done.",
        [429] = "Too many wrong keys from this network in this hour.",
        [500] = "A fault of ours, such as a row that can't be read; the log has its reference.",
        [502] = "SendGrid didn't take it.",
        [503] = "The store is away, or SendGrid couldn't be told. Try again later.",
    };

    public IEnumerable<OperateRoute> Routes => [new("GET", "openapi.json", (_, _) => Task.FromResult(Describe()))];

    private IResult Describe()
    {
        var paths = new JsonObject();
        // All of the pages, which are made with this one among them.
        foreach (var route in services.GetRequiredService<OperateRoom>().Routes.Where(route => route.Summary.Length > 0))
        {
            var path = $"/operate{(route.Pattern.Length > 0 ? "/" : "")}{route.Pattern}";
            if (paths[path] is not JsonObject methods)
                paths[path] = methods = [];
            methods[route.Method.ToLowerInvariant()] = Operation(route);
        }

        return Results.Json(new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Empathy Digest, the operator's API",
                ["version"] = "1",
                ["description"] = "The operator's pages, asked for with Accept: application/json. The key is the setting Operate:Key. A header Operator names who asks, for the audit log.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = address.Page("") }),
            ["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject { ["problem"] = Texts(["title", "detail"]) },
            },
            ["paths"] = paths,
        });
    }

    private static JsonObject Operation(OperateRoute route)
    {
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["responses"] = new JsonObject(StatusesOf(route).Order().Select(status => KeyValuePair.Create($"{status}", (JsonNode?)Response(route, status)))),
        };
        var places = Place().Matches(route.Pattern).Select(place => Parameter(place.Groups["name"].Value, "path"))
            .Concat(route.Query.Select(name => Parameter(name, "query"))).ToArray();
        if (places.Length > 0)
            operation["parameters"] = new JsonArray([.. places]);
        if (route.Fields.Count > 0)
            operation["requestBody"] = new JsonObject { ["content"] = Body(route) };
        return operation;
    }

    private static IEnumerable<int> StatusesOf(OperateRoute route) =>
        [.. OfAny, .. !HttpMethods.IsPost(route.Method) ? [] : route.TakesFile ? OfFile : OfPost, .. route.Statuses];

    private static JsonObject Body(OperateRoute route) => route.TakesFile
        ? new() { ["multipart/form-data"] = new JsonObject { ["schema"] = Texts(route.Fields) } }
        : new()
        {
            ["application/x-www-form-urlencoded"] = new JsonObject { ["schema"] = Texts(route.Fields) },
            ["application/json"] = new JsonObject { ["schema"] = Texts(route.Fields) },
        };

    private static JsonObject Texts(IEnumerable<string> names) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["type"] = "string" }))),
    };

    private static JsonObject Response(OperateRoute route, int status) => new()
    {
        ["description"] = Meanings[status],
        ["content"] = status < 400
            ? new JsonObject { [route.MediaType] = new JsonObject() }
            : new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/problem" } } },
    };

    private static JsonObject Parameter(string name, string place) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = place == "path",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
