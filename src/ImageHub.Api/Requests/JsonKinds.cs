using System.Collections;
using System.Text.Json;
using ImageHub.Application.Requests;

namespace ImageHub.Api.Requests;

/// <summary>The names of JSON values (RFC 8259, section 3) and field types in error messages.</summary>
internal static class JsonKinds
{
    private const string ExampleId = "01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80";

    private static readonly Type[] WholeNumbers = [typeof(int), typeof(long)];

    /// <summary>The name of a JSON value's type.</summary>
    public static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.Number => "a number",
        JsonTokenType.String => "text",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "a list",
        _ => "an object",
    };

    /// <summary>The types that a field accepts.</summary>
    public static string NameOf(Type type, JsonSerializerOptions options) => Plain(type) switch
    {
        var plain when plain == typeof(string) => "text",
        var plain when WholeNumbers.Contains(plain) => "a whole number",
        var plain when plain == typeof(bool) => "true or false",
        var plain when plain == typeof(Guid) => $"an id such as {ExampleId}",
        { IsPrimitive: true } => "a number",
        var plain when plain.IsAssignableTo(typeof(IEnumerable)) => "a list",
        var plain => $"an object with the fields {string.Join(", ", Fields(plain, options))}",
    };

    /// <summary>The fields of an object in alphabetical order; empty for other types.</summary>
    public static IReadOnlyList<string> Fields(Type type, JsonSerializerOptions options) =>
        [.. options.GetTypeInfo(Plain(type)).Properties.Select(property => property.Name).Order(StringComparer.Ordinal)];

    /// <summary>The type at a path below a type, or null if the path does not exist.</summary>
    /// <param name="type">The type of the root.</param>
    /// <param name="path">The path in the form of <see cref="JsonException.Path"/>, without the root: <c>items[0].quantity</c>.</param>
    /// <param name="options">The serializer's options.</param>
    public static Type? Find(Type type, string path, JsonSerializerOptions options)
    {
        Type? found = type;
        foreach (var segment in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            if (found is null)
            {
                return null;
            }

            var info = options.GetTypeInfo(Plain(found));
            found = segment.EndsWith(']') ? info.ElementType : info.Properties.FirstOrDefault(property => property.Name.Equals(segment, StringComparison.OrdinalIgnoreCase))?.PropertyType;
        }

        return found;
    }

    /// <summary>"a, b and c".</summary>
    public static string Join(IReadOnlyList<string> names) => names.Count < 2 ? string.Join("", names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>The underlying type of an optional or nullable value.</summary>
    private static Type Plain(Type type)
    {
        var plain = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>) ? type.GetGenericArguments()[0] : type;
        return Nullable.GetUnderlyingType(plain) ?? plain;
    }
}
