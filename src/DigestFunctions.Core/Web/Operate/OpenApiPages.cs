using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DigestFunctions.Core.Email;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Core.Web.Operate;

/// <summary>The operator's API, described from its own table (OpenAPI 3.1): the pages, asked for as JSON.</summary>
internal sealed partial class OpenApiPages(IServiceProvider services, PublicAddress address) : IOperatePages
{
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
            ["components"] = new JsonObject { ["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } } },
            ["paths"] = paths,
        });
    }

    private static JsonObject Operation(OperateRoute route)
    {
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["responses"] = new JsonObject
            {
                ["200"] = Response("Done."),
                ["401"] = Response("No key, or a wrong one."),
                ["429"] = Response("Too many wrong keys from this network in this hour."),
            },
        };
        var places = Place().Matches(route.Pattern).Select(place => Parameter(place.Groups["name"].Value, "path"))
            .Concat(route.Query.Select(name => Parameter(name, "query"))).ToArray();
        if (places.Length > 0)
            operation["parameters"] = new JsonArray([.. places]);
        if (route.Fields.Count > 0)
        {
            operation["requestBody"] = new JsonObject
            {
                ["content"] = new JsonObject
                {
                    ["application/x-www-form-urlencoded"] = new JsonObject
                    {
                        ["schema"] = new JsonObject
                        {
                            ["type"] = "object",
                            ["properties"] = new JsonObject(route.Fields.Select(field => KeyValuePair.Create(field, (JsonNode?)new JsonObject { ["type"] = "string" }))),
                        },
                    },
                },
            };
        }

        return operation;
    }

    private static JsonObject Response(string what) => new() { ["description"] = what };

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
