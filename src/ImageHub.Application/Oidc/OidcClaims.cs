using System.Text.Json;

namespace ImageHub.Application.Oidc;

/// <summary>The claims about a person. A claim that is not in the ID token is read from the answer of the UserInfo endpoint.</summary>
/// <param name="IdToken">The payload of the ID token, a JSON object.</param>
/// <param name="UserInfo">The answer of the UserInfo endpoint, a JSON object; null if there is none.</param>
public sealed record OidcClaims(JsonElement IdToken, JsonElement? UserInfo)
{
    /// <summary>The maximum number of a claim's values that are read.</summary>
    private const int MaxValues = 1_000;

    /// <summary>The maximum length of a value; longer values are ignored.</summary>
    private const int MaxLength = 500;

    /// <summary>Reads a claim's values: a string, or the strings of a list. Other values are ignored.</summary>
    /// <param name="name">The claim's name, or a path into an object, such as <c>realm_access.roles</c>.</param>
    public IReadOnlyList<string> Read(string name) => (Find(IdToken, name) ?? (UserInfo is { } info ? Find(info, name) : null)) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Take(MaxValues).Where(IsText).Select(text => text.GetString()!)],
        { } text when IsText(text) => [text.GetString()!],
        _ => [],
    };

    /// <summary>Whether a value is a text of a usable length without U+0000, which PostgreSQL cannot compare.</summary>
    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxLength } text && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>A claim's own name may contain dots, so the whole name is tried first.</summary>
    private static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (claims.TryGetProperty(name, out var value))
        {
            return value;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && claims.TryGetProperty(name[..dot], out var inner) ? Find(inner, name[(dot + 1)..]) : null;
    }
}
