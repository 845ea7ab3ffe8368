using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;

namespace ImageHub.Calls;

/// <summary>An operation of the OpenAPI document.</summary>
/// <param name="Method">The method, in upper case.</param>
/// <param name="Path">The path template.</param>
/// <param name="Definition">The operation object of OpenAPI.</param>
internal sealed record Operation(string Method, string Path, JsonElement Definition)
{
    /// <summary>The parameters in one place: <c>path</c>, <c>query</c> or <c>header</c>.</summary>
    public IEnumerable<JsonElement> Parameters(string place) =>
        Definition.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == place) : [];

    /// <summary>The media types of the request's body, with their media type objects.</summary>
    public IReadOnlyList<JsonProperty> Bodies() =>
        Definition.TryGetProperty("requestBody", out var body) && body.TryGetProperty("content", out var content) ? [.. content.EnumerateObject()] : [];

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The served OpenAPI document, indexed for generated calls and for the check of their answers.</summary>
internal sealed partial class ApiDocument
{
    private const string SchemaPrefix = "#/components/schemas/";
    private static readonly Uri SchemasId = new("https://imagehub.invalid/schemas");
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options"];

    private readonly JsonElement root;
    private readonly Dictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);

    public ApiDocument(JsonElement root)
    {
        this.root = root;
        Operations =
        [
            .. from path in root.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name, StringComparer.Ordinal)
               select new Operation(operation.Name.ToUpperInvariant(), path.Name, operation.Value),
        ];
        Codes = CodeRow().Matches(root.GetProperty("info").GetProperty("description").GetString()!)
            .ToDictionary(row => row.Groups["code"].Value, row => int.Parse(row.Groups["status"].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var definitions = root.GetProperty("components").GetProperty("schemas").GetRawText().Replace(SchemaPrefix, "#/$defs/", StringComparison.Ordinal);
        SchemaRegistry.Global.Register(JsonSchema.FromText($$"""{"$id":"{{SchemasId}}","$defs":{{definitions}}}"""));
    }

    /// <summary>All operations, in the document's order.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The HTTP status of each problem code, from the table in the document's description.</summary>
    public IReadOnlyDictionary<string, int> Codes { get; }

    /// <summary>Follows a schema's reference. Returns a schema without a reference unchanged.</summary>
    public JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference)
            ? root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()![SchemaPrefix.Length..])
            : schema;

    /// <summary>The compiled form of a schema object of the document.</summary>
    public JsonSchema Compile(JsonElement schema)
    {
        var text = schema.GetRawText().Replace(SchemaPrefix, $"{SchemasId}#/$defs/", StringComparison.Ordinal);
        lock (schemas)
        {
            return schemas.TryGetValue(text, out var compiled) ? compiled : schemas[text] = JsonSchema.FromText(text);
        }
    }

    /// <summary>The operations whose template matches a path, most literal segments first. A path can match several methods and several templates.</summary>
    /// <param name="path">The path as sent, percent-encoded, without dot segments.</param>
    public IReadOnlyList<Operation> Find(string path)
    {
        var segments = path.Split('/');
        var matching = Operations.Select(operation => (Operation: operation, Literals: Literals(operation.Path.Split('/'), segments))).Where(match => match.Literals >= 0).ToList();
        return [.. matching.OrderByDescending(match => match.Literals).Select(match => match.Operation)];
    }

    /// <returns>The number of equal literal segments; negative without a match.</returns>
    private static int Literals(string[] template, string[] segments)
    {
        if (segments.Length == template.Length + 1 && segments[^1].Length == 0)
        {
            segments = segments[..^1];
        }

        var count = 0;
        for (var i = 0; i < template.Length; i++)
        {
            if (i >= segments.Length)
            {
                return -1;
            }

            if (template[i].StartsWith('{'))
            {
                count += segments[i].Length > 0 ? 0 : -1_000;
            }
            else if (template[i].Equals(Uri.UnescapeDataString(segments[i]), StringComparison.OrdinalIgnoreCase))
            {
                count++;
            }
            else
            {
                return -1;
            }
        }

        return segments.Length == template.Length ? count : -1;
    }

    [GeneratedRegex(@"^\| `(?<code>[A-Za-z]+)` \| (?<status>[0-9]{3}) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex CodeRow();
}
