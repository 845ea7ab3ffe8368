using System.Text.Json;

namespace ImageHub.Calls;

/// <summary>Takes the ids from answers, for the calls that follow.</summary>
internal static class Harvest
{
    /// <summary>The kind of ids in each field of a body and in each query parameter.</summary>
    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["groupId"] = "groups",
        ["parentId"] = "groups",
        ["imageId"] = "images",
        ["imageIds"] = "images",
        ["coverImageId"] = "images",
        ["after"] = "images",
        ["tierId"] = "tiers",
        ["userId"] = "users",
        ["ownerId"] = "users",
        ["existingId"] = "images",
        ["fileName"] = "fileNames",
    };

    /// <summary>The kind of the ids that a path parameter takes: usually the segment before the parameter.</summary>
    public static string KindOf(string template, string parameter)
    {
        var segments = template.Split('/');
        var at = Array.FindIndex(segments, segment => segment == $"{{{parameter}}}");
        return parameter switch
        {
            "fileName" => "fileNames",
            "imageId" => "images",
            _ => Normal(segments[at - 1]),
        };
    }

    /// <summary>The kind of the ids that a field or a query parameter takes; null if it takes none.</summary>
    public static string? KindOfField(string field, string path) =>
        field == "ids" ? (path.EndsWith("groups/order", StringComparison.Ordinal) ? "groups" : "images") : Fields.GetValueOrDefault(field);

    /// <summary>Adds the ids of a successful answer to the pool. After a deletion, marks the id as deleted.</summary>
    public static void Take(Operation operation, string target, Answer answer, IdPool pool)
    {
        if (answer.Status is < 200 or > 299)
        {
            return;
        }

        var kind = Normal(operation.Path.Split('/').Last(segment => !segment.StartsWith('{')));
        if (operation.Method == "DELETE" && operation.Path.EndsWith('}'))
        {
            pool.Delete(kind, Uri.UnescapeDataString(target.Split('?')[0].Split('/')[^1]));
        }
        else if (answer.MediaType == "application/json" && answer.Json() is { } json)
        {
            TakeFrom(JsonSerializer.SerializeToElement(json), kind, pool);
        }

        if (operation.Method == "POST" && answer.Headers.TryGetValue("Location", out var location) && location.Contains("/tus/", StringComparison.Ordinal))
        {
            pool.Add("tus", location.Split('/')[^1]);
        }
    }

    private static void TakeFrom(JsonElement json, string kind, IdPool pool)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray().Take(5))
            {
                TakeFrom(item, kind, pool);
            }
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in json.EnumerateObject())
            {
                if (field.Value.ValueKind == JsonValueKind.String)
                {
                    TakeText(field.Name, field.Value.GetString()!, kind, pool);
                }
                else
                {
                    TakeFrom(field.Value, field.Name is "uploaded" or "cover" ? "images" : kind, pool);
                }
            }
        }
    }

    private static void TakeText(string name, string text, string kind, IdPool pool)
    {
        if (name == "id")
        {
            pool.Add(kind, text);
        }
        else if (Fields.TryGetValue(name, out var other))
        {
            pool.Add(other, text);
        }
        else if (name is "nextCursor")
        {
            pool.Add("cursors", text);
        }
        else if (name.EndsWith("rl", StringComparison.Ordinal))
        {
            foreach (var segment in (string[])["/s/", "/shared/", "/archives/", "/tus/"])
            {
                if (text.IndexOf(segment, StringComparison.Ordinal) is var at and >= 0)
                {
                    pool.Add(Normal(segment.Trim('/')), text[(at + segment.Length)..].Split('/', '?')[0]);
                }
            }
        }
    }

    private static string Normal(string segment) => segment switch
    {
        "s" => "shared",
        "t" => "transform-keys",
        "keep" or "trash" => "images",
        _ => segment,
    };
}
