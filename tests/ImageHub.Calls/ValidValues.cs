using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageHub.Calls;

/// <summary>Makes values that a schema allows.</summary>
internal sealed class ValidValues(ApiDocument document, IdPool pool)
{
    private const int MaxDepth = 6;
    private static readonly string[] Words = ["sea", "Hafen", "été", "日本", "a b", "100%", "O'Neil", "x_y", "🏞️"];

    /// <summary>Makes a value.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The field's or the parameter's name.</param>
    /// <param name="path">The path of the operation.</param>
    /// <param name="random">The source of choices.</param>
    /// <param name="depth">The number of objects and arrays around the value.</param>
    public JsonNode? From(JsonElement schema, string name, string path, Random random, int depth = 0)
    {
        schema = document.Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var options = choices.EnumerateArray().ToList();
            return From(options[random.Next(options.Count)], name, path, random, depth);
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return JsonNode.Parse(values[random.Next(values.GetArrayLength())].GetRawText());
        }

        return TypeOf(schema, random) switch
        {
            "object" => depth > MaxDepth ? new JsonObject() : Object(schema, path, random, depth),
            "array" => Array(schema, name, path, random, depth),
            "integer" => random.NextInt64((long)Bound(schema, "minimum", 0), (long)Math.Min(Bound(schema, "maximum", 1_000), 1_000_000) + 1),
            "number" => Math.Round(Bound(schema, "minimum", 0) + (random.NextDouble() * (Math.Min(Bound(schema, "maximum", 100), 1_000) - Bound(schema, "minimum", 0))), 3),
            "boolean" => random.Next(2) == 0,
            "string" => Text(schema, name, path, random),
            _ => null,
        };
    }

    private static string TypeOf(JsonElement schema, Random random)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return "object";
        }

        return type.ValueKind == JsonValueKind.Array ? type[random.Next(type.GetArrayLength())].GetString()! : type.GetString()!;
    }

    private JsonObject Object(JsonElement schema, string path, Random random, int depth)
    {
        var result = new JsonObject();
        var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal) : [];
        var share = random.Next(4);
        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToArray() : [])
        {
            if (required.Contains(property.Name) || random.Next(4) < share)
            {
                result[property.Name] = From(property.Value, property.Name, path, random, depth + 1);
            }
        }

        return result;
    }

    private JsonArray Array(JsonElement schema, string name, string path, Random random, int depth)
    {
        var least = (int)Bound(schema, "minItems", 0);
        var count = Math.Min(least + random.Next(4), (int)Bound(schema, "maxItems", 10));
        return new JsonArray([.. Enumerable.Range(0, count).Select(_ => From(schema.GetProperty("items"), name, path, random, depth + 1))]);
    }

    private string Text(JsonElement schema, string name, string path, Random random)
    {
        var format = schema.TryGetProperty("format", out var declared) ? declared.GetString() : null;
        if (Harvest.KindOfField(name, path) is { } kind && (format == "uuid" || name == "fileName"))
        {
            return pool.Pick(kind, random);
        }

        var number = random.Next(100_000);
        var text = (name, format) switch
        {
            (_, "uuid") => pool.Pick("images", random),
            (_, "date-time") or ("from" or "to" or "takenFrom" or "takenTo", _) => DateTimeOffset.UnixEpoch.AddHours(random.Next(600_000)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            (_, "uri") => $"https://example.org/{number}",
            ("userName", _) => $"u{number}",
            ("password" or "newPassword" or "currentPassword", _) => $"plain walnut {number}",
            ("fileName", _) => $"{number}.png",
            ("cursor", _) => random.Next(3) == 0 ? "" : pool.Pick("cursors", random),
            ("sha256", _) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number))),
            ("productId" or "productIds", _) => $"P-{number % 5}",
            _ when schema.TryGetProperty("examples", out var examples) => examples[random.Next(examples.GetArrayLength())].ToString(),
            ("mark" or "r", _) => $"{number % 3}",
            _ => string.Join(' ', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Words[random.Next(Words.Length)])),
        };
        var most = (int)Bound(schema, "maxLength", 1_000);
        return text.Length > most ? text[..most] : text.PadRight((int)Bound(schema, "minLength", 0), 'x');
    }

    private static double Bound(JsonElement schema, string keyword, double otherwise) =>
        schema.TryGetProperty(keyword, out var bound) && bound.ValueKind == JsonValueKind.Number ? bound.GetDouble() : otherwise;
}
