using System.Text;
using System.Text.Json.Nodes;

namespace ImageHub.Calls;

/// <summary>Makes calls. The seed and the number determine each of them, except for the ids that the server has assigned.</summary>
internal sealed class CallGenerator(ApiDocument document, IdPool pool, Cast cast, int seed)
{
    /// <summary>Operations whose calls cost the server more than others; they are called less often.</summary>
    private static readonly string[] Costly = ["groups-upload", "groups-put", "me-upload", "me-put", "tus-create", "groups-archive", "shared-archive", "archives-createForGroup", "archives-createForLink", "auth-login", "site-putLogo", "site-putLogoDark"];

    /// <summary>Operations that delete much at once, or can end a caller's access; they are called least often.</summary>
    private static readonly string[] Destructive = ["trash-purge", "groups-delete", "auth-logout", "images-bulk", "users-delete", "users-update", "tiers-delete"];

    private readonly ValidValues values = new(document, pool);
    private readonly List<Operation> weighted = [.. document.Operations.SelectMany(operation => Enumerable.Repeat(operation, Weight(operation)))];

    /// <summary>Makes the calls of one number: usually one, sometimes a sequence that creates something, uses it, deletes it, and uses it again.</summary>
    /// <param name="number">The number of these calls.</param>
    public IEnumerable<Call> Make(int number)
    {
        var random = new Random(HashCode(seed, number));
        if (random.Next(12) != 0)
        {
            return [Make(number, weighted[random.Next(weighted.Count)], cast.Pick(random), random.Next(10) < 7, null, random)];
        }

        return Story(number, random);
    }

    private IEnumerable<Call> Story(int number, Random random)
    {
        var deletions = document.Operations.Where(operation => operation.Method == "DELETE" && operation.Path.EndsWith('}')).ToList();
        var deletion = deletions[random.Next(deletions.Count)];
        var parameter = deletion.Path.Split('/')[^1].Trim('{', '}');
        var kind = Harvest.KindOf(deletion.Path, parameter);
        var collection = deletion.Path[..deletion.Path.LastIndexOf('/')];
        var uses = document.Operations.Where(operation => operation.Path.StartsWith(deletion.Path, StringComparison.Ordinal)).ToList();
        var caller = random.Next(3) == 0 ? cast.Pick(random) : cast.Admin;
        if (document.Operations.FirstOrDefault(operation => operation.Method == "POST" && operation.Path == collection) is { } creation)
        {
            yield return Make(number, creation, caller, false, null, random);
        }

        // The run has already sent the creation, so the pool contains the new id.
        var id = pool.Pick(kind, random);
        Operation[] steps = [uses[random.Next(uses.Count)], uses[random.Next(uses.Count)], deletion, uses[random.Next(uses.Count)], deletion, uses[random.Next(uses.Count)]];
        foreach (var step in steps)
        {
            yield return Make(number, step, caller, random.Next(4) == 0, (parameter, id), random);
        }
    }

    private Call Make(int number, Operation operation, Caller caller, bool isBroken, (string Parameter, string Id)? fixedId, Random random)
    {
        var faults = new List<string>();

        // A broken call has a defect in its body, path, query, headers or method. A wrong length is combined with an odd header.
        var broken = isBroken ? random.Next(20) : -1;
        var hasBody = operation.Bodies().Count > 0;
        var breaksBody = hasBody && broken is >= 0 and < 11;
        var method = broken == 18 ? OddRequests.Method(random) : operation.Method;
        var target = Path(operation, broken is 11 or 12 || (!hasBody && broken is >= 0 and < 3), fixedId, faults, random)
            + Query(operation, broken is 13 or 14 || (!hasBody && broken is >= 3 and < 7), faults, random);
        var headers = Headers(operation, broken is 15 or 16 or 17 || (!hasBody && broken is >= 7 and < 11), faults, random);
        var body = hasBody && broken != 19 ? Body(operation, breaksBody, random) : null;
        if (body is { Fault.Length: > 0 })
        {
            faults.Add(body.Fault);
        }

        if (method != operation.Method)
        {
            faults.Add($"method {method} for {operation.Method}");
        }

        long? announced = broken == 17 && body is not null && IsPlain(target, headers) ? BodyLength(body.Bytes.Length, random) : null;
        if (announced is not null)
        {
            faults.Add("wrong Content-Length");
        }

        return new Call
        {
            Number = number,
            Caller = caller.Name,
            Credentials = [.. caller.Headers, KeyValuePair.Create("X-Forwarded-For", $"10.{random.Next(1, 200)}.{random.Next(250)}.{random.Next(1, 250)}")],
            Method = method,
            Target = target,
            Headers = headers,
            Body = body?.Bytes,
            ContentType = body?.ContentType,
            AnnouncedLength = announced,
            Fault = string.Join(", ", faults),
        };
    }

    private string Path(Operation operation, bool isBroken, (string Parameter, string Id)? fixedId, List<string> faults, Random random)
    {
        var segments = operation.Path.Split('/');
        var parameters = segments.Count(segment => segment.StartsWith('{'));
        var odd = isBroken && parameters > 0 ? random.Next(parameters) : -1;
        for (int i = 0, at = 0; i < segments.Length; i++)
        {
            if (!segments[i].StartsWith('{'))
            {
                continue;
            }

            var name = segments[i].Trim('{', '}');
            if (at++ == odd)
            {
                segments[i] = OddRequests.Segment(random);
                faults.Add($"odd {name}");
            }
            else
            {
                segments[i] = Uri.EscapeDataString(fixedId is { } given && given.Parameter == name ? given.Id : Id(operation, name, random));
            }
        }

        return string.Join('/', segments);
    }

    private string Id(Operation operation, string name, Random random) => name switch
    {
        "height" => BrokenJson.Odd(random, "200", "400", "16", "2000", "17"),
        "image" or "file" => $"{random.Next(1_000)}.png",
        "fileName" when operation.Method == "PUT" => $"{random.Next(1_000)}.png",
        "options" => BrokenJson.Odd(random, "w:100", "w:100,h:50", "rs:fit:10:10", "x"),
        "signature" => "c2lnbmF0dXJl",
        _ => pool.Pick(Harvest.KindOf(operation.Path, name), random),
    };

    private string Query(Operation operation, bool isBroken, List<string> faults, Random random)
    {
        var pairs = new List<string>();
        var share = random.Next(3);
        foreach (var parameter in operation.Parameters("query"))
        {
            var name = parameter.GetProperty("name").GetString()!;
            var isRequired = parameter.TryGetProperty("required", out var required) && required.GetBoolean();
            if (isRequired || random.Next(6) < share)
            {
                var value = values.From(parameter.GetProperty("schema"), name, operation.Path, random);
                pairs.AddRange((value is JsonArray list ? list : [value?.DeepClone()]).Select(item => $"{name}={Uri.EscapeDataString(item?.ToString() ?? "")}"));
            }
        }

        if (isBroken)
        {
            faults.Add("odd query");
            var names = operation.Parameters("query").Select(parameter => parameter.GetProperty("name").GetString()!).ToArray();
            var name = names.Length > 0 && random.Next(4) > 0 ? names[random.Next(names.Length)] : BrokenJson.Odd(random, "unknown", "", "%00", "%", "id", "a[b]", "%ff", "returnTo");
            pairs.AddRange(Enumerable.Range(0, 1 + random.Next(2)).Select(_ => $"{name}={OddRequests.QueryValue(random)}"));
        }

        return pairs.Count > 0 ? $"?{string.Join('&', pairs)}" : "";
    }

    private List<KeyValuePair<string, string>> Headers(Operation operation, bool isBroken, List<string> faults, Random random)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var parameter in operation.Parameters("header"))
        {
            var name = parameter.GetProperty("name").GetString()!;
            var value = name switch
            {
                "Tus-Resumable" => "1.0.0",
                "Upload-Length" => "100",
                "Upload-Offset" => "0",
                "Upload-Metadata" => $"filename {Base64($"{random.Next(1_000)}.png")},groupId {Base64(pool.Pick("groups", random))}",
                "Range" when random.Next(3) == 0 => "bytes=0-9",
                "If-None-Match" when random.Next(4) == 0 => "\"x\"",
                _ => null,
            };
            if (value is not null)
            {
                headers.Add(KeyValuePair.Create(name, value));
            }
        }

        if (isBroken)
        {
            var odd = OddRequests.Header(random);
            headers.RemoveAll(header => header.Key == odd.Key);
            headers.Add(odd);
            faults.Add($"odd {odd.Key}");
        }

        return headers;
    }

    private BrokenJson.Body? Body(Operation operation, bool isBroken, Random random)
    {
        var (type, media) = (operation.Bodies()[0].Name, operation.Bodies()[0].Value);
        switch (type)
        {
            case "multipart/form-data":
                return Multipart.Make(random, isBroken);
            case "application/json":
                // The example of a password change contains the admin's real password, and would change it. The run cannot continue without the admin.
                JsonNode? value = random.Next(3) == 0 && media.TryGetProperty("example", out var example) && !example.TryGetProperty("currentPassword", out _)
                    ? JsonNode.Parse(example.GetRawText())
                    : values.From(media.GetProperty("schema"), "", operation.Path, random);
                return isBroken ? BrokenJson.Break(value, random) : new("", Encoding.UTF8.GetBytes(value?.ToJsonString() ?? "null"), type);
            default:
                var bytes = Multipart.Picture(random);
                return isBroken ? new("another media type", bytes, BrokenJson.Odd(random, "text/plain", "application/json", "x", "", "image/png; a=\"")) : new("", bytes, type);
        }
    }

    private static int Weight(Operation operation)
    {
        var id = operation.Definition.GetProperty("operationId").GetString()!;
        return Costly.Contains(id) ? 2 : Destructive.Contains(id) ? 1 : operation.Method == "POST" ? 6 : 4;
    }

    private static long BodyLength(int real, Random random) => random.Next(5) switch
    {
        0 => real + 1,
        1 => real + 1_000_000,
        2 => Math.Max(0, real - 1),
        3 => long.MaxValue,
        _ => 0,
    };

    private static bool IsPlain(string target, List<KeyValuePair<string, string>> headers) =>
        !target.Any(char.IsWhiteSpace) && headers.All(header => header.Key is not ("Host" or "Connection" or "Expect" or "Accept-Encoding"));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A hash that is the same in every process.</summary>
    private static int HashCode(int seed, int number) => unchecked((int)((((uint)seed * 2_654_435_761u) ^ ((uint)number * 2_246_822_519u)) + 374_761_393u));
}
