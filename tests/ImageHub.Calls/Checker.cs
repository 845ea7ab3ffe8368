using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace ImageHub.Calls;

/// <summary>Compares answers with the document.</summary>
/// <param name="document">The served document.</param>
/// <param name="slow">The time from which an answer is too slow.</param>
internal sealed partial class Checker(ApiDocument document, TimeSpan slow)
{
    private const string ProblemType = "application/problem+json";

    private static readonly EvaluationOptions Validation = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    /// <summary>The operations that a call may have reached: same method, matching template. <c>HEAD</c> reaches <c>GET</c>.</summary>
    public IReadOnlyList<Operation> Reached(Call call)
    {
        var method = call.Method.ToUpperInvariant();
        var matching = document.Find(NormalPath(call.Target));
        return [.. matching.Where(operation => operation.Method == method || (method == "HEAD" && operation.Method == "GET"))];
    }

    /// <summary>Lists the defects of an answer. Each text names the operation, and is the same for equal defects.</summary>
    public IEnumerable<string> Check(Call call, Answer answer)
    {
        var operations = Reached(call);
        var where = operations.Count > 0 ? operations[0].ToString() : $"{call.Method} (no operation)";
        return Complaints(call, answer, operations).Select(complaint => $"{where}: {complaint}");
    }

    private IEnumerable<string> Complaints(Call call, Answer answer, IReadOnlyList<Operation> operations)
    {
        if (answer.Time > slow)
        {
            yield return $"an answer took more than {slow.TotalSeconds:0} s";
        }

        if (answer.Status == 0)
        {
            // A server may close the connection before it has read a body, and closes it if the announced length is wrong.
            if (call.AnnouncedLength is null && call.Body is not { Length: > 65_536 })
            {
                yield return $"no answer: {Encoding.UTF8.GetString(answer.Body)}";
            }

            yield break;
        }

        if (answer.Status >= 500 && answer.Status != 503 && !(answer.Status == 501 && IsNamed(operations, answer.Status)))
        {
            yield return $"status {answer.Status}";
        }

        var isProblem = answer.MediaType == ProblemType;
        var isHead = call.Method.Equals("HEAD", StringComparison.OrdinalIgnoreCase);

        // A request that is not valid HTTP is answered before routing, without a body.
        var isUnrouted = answer.Status is 400 or 414 or 431 && answer.MediaType is null;
        if (!isUnrouted && !IsNamed(operations, answer.Status) && !HoldsForAll(call, answer, operations))
        {
            yield return $"status {answer.Status}{(isProblem ? $" {Code(answer)}" : "")} is not named";
        }

        foreach (var complaint in isHead || answer.Status is 204 or 304 ? Empty(answer) : Body(answer, operations, isProblem))
        {
            yield return complaint;
        }

        foreach (var complaint in HeaderComplaints(answer, isProblem))
        {
            yield return complaint;
        }
    }

    private static IEnumerable<string> HeaderComplaints(Answer answer, bool isProblem)
    {
        if (answer.Status is 429 or 503 && !answer.Headers.ContainsKey("Retry-After") && !(isProblem && Code(answer) == "objectLost"))
        {
            yield return $"status {answer.Status} without Retry-After";
        }

        if (answer.Status == 401 && !answer.Headers.ContainsKey("WWW-Authenticate"))
        {
            yield return "status 401 without WWW-Authenticate";
        }

        if (answer.Status == 405 && !answer.Headers.ContainsKey("Allow"))
        {
            yield return "status 405 without Allow";
        }
    }

    private static IEnumerable<string> Empty(Answer answer)
    {
        if (answer.Body.Length > 0)
        {
            yield return $"status {answer.Status} with a body";
        }
    }

    private IEnumerable<string> Body(Answer answer, IReadOnlyList<Operation> operations, bool isProblem)
    {
        if (isProblem)
        {
            return Problem(answer);
        }

        var contents = operations.Select(operation => Response(operation, answer.Status)).OfType<JsonElement>()
            .Select(response => response.TryGetProperty("content", out var content) ? content : default).ToList();
        if (answer.Body.Length == 0)
        {
            return [];
        }

        var media = contents.Where(content => content.ValueKind == JsonValueKind.Object).SelectMany(content => content.EnumerateObject()).FirstOrDefault(media => Matches(media.Name, answer.MediaType));
        if (media.Value.ValueKind == JsonValueKind.Undefined)
        {
            return operations.Count > 0 ? [$"status {answer.Status} with the unnamed media type {answer.MediaType ?? "(none)"}"] : [];
        }

        return answer.MediaType!.EndsWith("json", StringComparison.Ordinal) ? Violations(answer, media.Value.GetProperty("schema")) : [];
    }

    private IEnumerable<string> Problem(Answer answer)
    {
        foreach (var violation in Violations(answer, ProblemSchema()))
        {
            yield return violation;
        }

        if (Code(answer) is not { } code || !document.Codes.TryGetValue(code, out var status))
        {
            yield return $"the code of a problem is not listed: {Code(answer)}";
        }
        else if (status != answer.Status || !JsonNode.DeepEquals(Field(answer, "status"), answer.Status))
        {
            yield return $"the problem {code} has the status {answer.Status}";
        }

        var text = Encoding.UTF8.GetString(answer.Body);
        if (Inner().Match(text) is { Success: true } inner)
        {
            yield return $"a problem shows something internal: {inner.Value}";
        }

        if (!answer.Headers.TryGetValue("X-Request-Id", out var id) || Field(answer, "requestId")?.ToString() != id)
        {
            yield return "a problem without the id of its request";
        }

        if (Code(answer) == "validationFailed" && Field(answer, "errors") is not JsonObject { Count: > 0 })
        {
            yield return "validationFailed without errors";
        }
    }

    private static JsonElement ProblemSchema() => JsonSerializer.Deserialize<JsonElement>("""{"$ref":"#/components/schemas/ProblemDocument"}""");

    private IEnumerable<string> Violations(Answer answer, JsonElement schema)
    {
        if (answer.Json() is not { } json)
        {
            return ["the body is not JSON"];
        }

        var result = document.Compile(schema).Evaluate(json, Validation);
        return result.IsValid
            ? []
            : result.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"the body violates its schema at {Index().Replace(detail.InstanceLocation.ToString(), "/*")}: {error.Key}")).Distinct();
    }

    /// <summary>Whether no operation needs to name the status: 405, or, without a matching operation, a usual status or any status outside the API.</summary>
    private static bool HoldsForAll(Call call, Answer answer, IReadOnlyList<Operation> operations) =>
        answer.Status == 405 || (operations.Count == 0 && (answer.Status is 404 or 400 or 401 or 403 or 429 || !call.Target.StartsWith("/api/v1/", StringComparison.OrdinalIgnoreCase)));

    private static bool IsNamed(IReadOnlyList<Operation> operations, int status) => operations.Any(operation => Response(operation, status) is not null);

    private static JsonElement? Response(Operation operation, int status) =>
        operation.Definition.GetProperty("responses").TryGetProperty($"{status}", out var response) ? response : null;

    private static string? Code(Answer answer) => Field(answer, "code")?.ToString();

    private static JsonNode? Field(Answer answer, string name) => answer.Json() is JsonObject fields ? fields[name] : null;

    private static bool Matches(string range, string? type) =>
        type is not null && (range == type || range == "*/*" || (range.EndsWith("/*", StringComparison.Ordinal) && type.StartsWith(range[..^1], StringComparison.Ordinal)));

    /// <summary>The path as the server routes it: without dot segments.</summary>
    private static string NormalPath(string target)
    {
        var path = target.Split('?')[0];
        return Uri.TryCreate($"http://localhost{path}", UriKind.Absolute, out var address) ? address.AbsolutePath : path;
    }

    [GeneratedRegex("/[0-9]+(?=/|$)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Index();

    [GeneratedRegex(@"   at [A-Z]|Npgsql|Exception\b|System\.[A-Z]|SELECT |/tmp/|images/[0-9a-f-]{36}/[0-9]+/(?:full|original)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Inner();
}
