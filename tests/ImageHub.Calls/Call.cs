using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageHub.Calls;

/// <summary>One request, as it is sent.</summary>
internal sealed record Call
{
    /// <summary>The number from which the call was generated. All calls of a sequence have the same number.</summary>
    public required int Number { get; init; }

    /// <summary>The caller's name.</summary>
    public required string Caller { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The path and the query, correctly or wrongly percent-encoded.</summary>
    public required string Target { get; init; }

    /// <summary>The headers, without the caller's credentials.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The credentials of the caller, and the header <c>X-Forwarded-For</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Credentials { get; init; } = [];

    /// <summary>The body; null sends none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body's media type; null sends none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The announced length of the body, in bytes, if it differs from the real one. Such a call is sent through its own socket.</summary>
    public long? AnnouncedLength { get; init; }

    /// <summary>The defects of the call, separated by commas; empty for a valid call, and for a call without its body.</summary>
    public string Fault { get; init; } = "";

    /// <summary>The call as a curl command, without credentials and with shortened long texts.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"#{Number} as {Caller}{(Fault.Length > 0 ? $" ({Fault})" : "")}: curl -X {Method} '{Shorten(Target, 300)}'");
        foreach (var (name, value) in Headers)
        {
            text.Append(CultureInfo.InvariantCulture, $" -H '{name}: {Shorten(value, 100)}'");
        }

        if (ContentType is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" -H 'Content-Type: {Shorten(ContentType, 100)}'");
        }

        if (AnnouncedLength is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" -H 'Content-Length: {AnnouncedLength}'");
        }

        if (Body is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" --data-binary '{Shorten(Encoding.Latin1.GetString(Body.AsSpan(0, Math.Min(Body.Length, 400))), 400)}' # {Body.Length} bytes");
        }

        return text.ToString();
    }

    private static string Shorten(string text, int length)
    {
        var shown = text.Length > length ? $"{text[..length]}…({text.Length})" : text;
        return string.Concat(shown.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? $"\\x{(int)character:X2}" : character.ToString()));
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">The status; 0 if the server closed the connection without an answer, or did not answer in time.</param>
/// <param name="Headers">The headers, case-insensitive; repeated ones are joined by commas.</param>
/// <param name="Body">The body; for the status 0, the error or the bytes received.</param>
/// <param name="Time">The time until the last byte.</param>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, TimeSpan Time)
{
    /// <summary>The media type without its parameters; null if there is none.</summary>
    public string? MediaType => Headers.TryGetValue("Content-Type", out var type) ? type.Split(';')[0].Trim() : null;

    /// <summary>The body as JSON; null if the body is not JSON.</summary>
    public JsonNode? Json()
    {
        try
        {
            return Body.Length > 0 ? JsonNode.Parse(Body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
