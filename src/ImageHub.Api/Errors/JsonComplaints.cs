using System.Text.Json;
using ImageHub.Api.Requests;

namespace ImageHub.Api.Errors;

/// <summary>Describes JSON errors: the field, its value's type and the allowed types, without names of .NET types.</summary>
internal static class JsonComplaints
{
    /// <summary>The name of the body as a whole in field errors.</summary>
    public const string Body = "body";

    /// <summary>The beginning of the message for JSON with a syntax error.</summary>
    public const string Malformed = "The JSON is malformed";

    private const string Missing = "missing required properties including: ";

    /// <summary>The serializer's phrase for the value that it found: "Cannot get the value of a token type 'Number' as a string."</summary>
    private const string Token = "token type '";

    /// <summary>The type names in the serializer's errors for fractions and numbers out of range.</summary>
    private static readonly string[] OtherNumbers = ["Int32", "Int64"];

    /// <summary>The affected fields with their messages.</summary>
    /// <param name="body">The type of the body.</param>
    /// <param name="field">The field at which reading failed.</param>
    /// <param name="json">The serializer's exception.</param>
    /// <param name="options">The serializer's options.</param>
    public static IEnumerable<(string Field, string Text)> Read(Type body, string field, JsonException json, JsonSerializerOptions options)
    {
        if (json.Message.IndexOf(Missing, StringComparison.Ordinal) is var at and >= 0)
        {
            // "… including: 'title', 'ids'."
            var parent = field == Body ? "" : $"{field}.";
            return json.Message[(at + Missing.Length)..].Split('\'').Where((_, i) => i % 2 == 1).Select(name => (parent + name, $"{parent}{name} is missing."));
        }

        return [(field, json switch
        {
            UnreadableValueException => $"{field} {json.Message}",
            _ when json.Message.Contains("could not be mapped", StringComparison.Ordinal) => Unknown(body, field, options),
            _ when json.InnerException is InvalidOperationException or FormatException || json.Message.Contains("could not be converted", StringComparison.Ordinal) => WrongType(body, field, json, options),
            _ => $"{Malformed} at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}; look there for a wrong quote, a comma or bracket too many or too few, or an unfinished text (RFC 8259).",
        })];
    }

    private static string Unknown(Type body, string field, JsonSerializerOptions options)
    {
        var end = field.LastIndexOf('.');
        var name = field[(end + 1)..];
        var fields = JsonKinds.Find(body, field[..Math.Max(end, 0)], options) is { } parent ? JsonKinds.Fields(parent, options) : JsonKinds.Fields(body, options);
        return $"There is no field '{name}'{Nearest.Hint(name, fields)}. Allowed are: {string.Join(", ", fields)}.";
    }

    private static string WrongType(Type body, string field, JsonException json, JsonSerializerOptions options)
    {
        var reason = json.InnerException?.Message ?? "";
        if (OtherNumbers.Any(type => reason.Contains(type, StringComparison.Ordinal)))
        {
            return $"{field} is not a whole number, or too large.";
        }

        var what = field == Body ? "The body" : field;
        var allowed = JsonKinds.Find(body, field == Body ? "" : field, options) is { } type ? JsonKinds.NameOf(type, options) : "another type";
        return reason.IndexOf(Token, StringComparison.Ordinal) is var at and >= 0 && Enum.TryParse<JsonTokenType>(reason[(at + Token.Length)..].Split('\'')[0], out var token)
            ? $"{what} is {JsonKinds.NameOf(token)}; {allowed} is allowed."
            : $"{what} must be {allowed}.";
    }
}
