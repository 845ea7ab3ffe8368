using System.Text;
using System.Text.Json.Nodes;

namespace ImageHub.Calls;

/// <summary>Breaks a JSON body in one way.</summary>
internal static class BrokenJson
{
    /// <summary>A broken body.</summary>
    /// <param name="Fault">The defect, in a few words.</param>
    /// <param name="Bytes">The bytes to send.</param>
    /// <param name="ContentType">The media type to send; null sends none.</param>
    internal sealed record Body(string Fault, byte[] Bytes, string? ContentType = "application/json");

    /// <summary>JSON values, and texts that are not JSON, that a field rarely allows.</summary>
    private static readonly string[] OddValues =
    [
        "null", "true", "0", "-1", "1e400", "-1e308", "9223372036854775808", "2147483648", "-2147483649", "0.5", "1E2", "\"\"", "\" \"", "[]", "{}", "[[]]", "[null]", "{\"a\":1}",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ufeff\"", "\"\\u202e\"", "\"../../etc/passwd\"", "\"%00\"", "\"'; drop table images; --\"",
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-02-30T00:00:00Z\"", "\"00000000-0000-0000-0000-000000000000\"", "\"\\ud83d\\ude00\"", "NaN", "Infinity",
    ];

    /// <summary>Breaks a body.</summary>
    /// <param name="valid">The valid value.</param>
    /// <param name="random">The source of choices.</param>
    public static Body Break(JsonNode? valid, Random random)
    {
        var text = valid?.ToJsonString() ?? "null";
        var utf8 = Encoding.UTF8.GetBytes(text);
        return random.Next(30) switch
        {
            0 => new("no body", []),
            1 => new("cut off", utf8[..random.Next(utf8.Length)]),
            2 => new("trailing characters", [.. utf8, .. "}]x"u8]),
            3 => new("BOM", [0xEF, 0xBB, 0xBF, .. utf8]),
            4 => new("UTF-16", Encoding.Unicode.GetBytes(text), "application/json; charset=utf-16"),
            5 => new("UTF-16 without charset", Encoding.Unicode.GetBytes(text)),
            6 => new("unknown charset", utf8, "application/json; charset=klingon"),
            7 => new("Latin 1", Encoding.Latin1.GetBytes(text), "application/json; charset=iso-8859-1"),
            8 => new("invalid UTF-8", Insert(utf8, [0xFF, 0xC0, 0x80], random)),
            9 => new("NUL", Insert(utf8, [0], random)),
            10 => new("deep array", Encoding.UTF8.GetBytes(new string('[', 100_000))),
            11 => new("deep object", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 2_000)))),
            12 => new("another root", Encoding.UTF8.GetBytes(OddValues[random.Next(OddValues.Length)])),
            13 => new("no media type", utf8, null),
            14 => new("another media type", utf8, Odd(random, "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", "application/octet-stream")),
            15 => new("odd media type", utf8, Odd(random, "json", "application/", "/", ";", "application/json;", "application/json; charset", "application/json; charset=\"", "*/*", "application/merge-patch+json", "APPLICATION/JSON", "text/json")),
            16 => new("too large", Encoding.UTF8.GetBytes($"{{\"title\":\"{new string('x', 4_300_000)}\"}}")),
            17 => new("comments", Encoding.UTF8.GetBytes($"/* c */ {text} // end")),
            18 => new("unknown field", Encoding.UTF8.GetBytes(WithField(valid, "\"unknown\":1"))),
            19 => new("prototype", Encoding.UTF8.GetBytes(WithField(valid, "\"__proto__\":{\"a\":1},\"$type\":\"System.String\",\"$ref\":\"1\""))),
            20 => new("long string", Encoding.UTF8.GetBytes(WithOddField(valid, $"\"{new string('é', 1_000_000)}\"", random))),
            21 => new("field missing", Encoding.UTF8.GetBytes(Without(valid, random))),
            22 => new("duplicate key", Encoding.UTF8.GetBytes(Doubled(valid, random))),
            23 => new("many items", Encoding.UTF8.GetBytes(WithOddField(valid, $"[{string.Join(',', Enumerable.Repeat("\"01890000-0000-7000-8000-000000000000\"", 11_000))}]", random))),
            24 => new("other case", Encoding.UTF8.GetBytes(text.ToUpperInvariant())),
            _ => new("odd value", Encoding.UTF8.GetBytes(WithOddField(valid, OddValues[random.Next(OddValues.Length)], random))),
        };
    }

    /// <summary>Picks one of several texts.</summary>
    internal static string Odd(Random random, params string[] texts) => texts[random.Next(texts.Length)];

    private static byte[] Insert(byte[] bytes, byte[] inserted, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        return [.. bytes[..at], .. inserted, .. bytes[at..]];
    }

    private static string WithField(JsonNode? valid, string field) =>
        valid is JsonObject { Count: > 0 } fields ? $"{fields.ToJsonString()[..^1]},{field}}}" : $"{{{field}}}";

    /// <summary>Replaces a random field or item, possibly a nested one, with a text that need not be JSON.</summary>
    private static string WithOddField(JsonNode? valid, string value, Random random)
    {
        const string mark = "\"\\u0001mark\"";
        var copy = valid?.DeepClone();
        var current = copy;
        while (true)
        {
            switch (current)
            {
                case JsonObject { Count: > 0 } fields:
                    var name = fields.ElementAt(random.Next(fields.Count)).Key;
                    if (fields[name] is JsonObject or JsonArray && random.Next(2) == 0)
                    {
                        current = fields[name];
                        continue;
                    }

                    fields[name] = "\u0001mark";
                    break;
                case JsonArray { Count: > 0 } items:
                    var index = random.Next(items.Count);
                    if (items[index] is JsonObject or JsonArray && random.Next(2) == 0)
                    {
                        current = items[index];
                        continue;
                    }

                    items[index] = "\u0001mark";
                    break;
                default:
                    break;
            }

            return copy?.ToJsonString().Replace(mark, value, StringComparison.Ordinal) ?? value;
        }
    }

    private static string Without(JsonNode? valid, Random random)
    {
        var copy = valid?.DeepClone();
        if (copy is JsonObject { Count: > 0 } fields)
        {
            fields.Remove(fields.ElementAt(random.Next(fields.Count)).Key);
        }

        return copy?.ToJsonString() ?? "{}";
    }

    private static string Doubled(JsonNode? valid, Random random)
    {
        if (valid is not JsonObject { Count: > 0 } fields)
        {
            return """{"title":"a","title":null}""";
        }

        var (name, value) = fields.ElementAt(random.Next(fields.Count));
        return WithField(valid, $"\"{name}\":{value?.ToJsonString() ?? "null"}");
    }
}
