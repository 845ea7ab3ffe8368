using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageHub.Api.Requests;

/// <summary>JSON serializer settings for controllers and the OpenAPI document.</summary>
internal static class ApiJson
{
    /// <summary>
    /// Escapes only the characters that JSON requires: responses are <c>application/json</c> with <c>nosniff</c>, and no page embeds them in
    /// HTML.
    /// </summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 16;
        options.Encoder = Encoder;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new TimeConverter());
    }

    /// <summary>Requires a time zone when reading, and writes UTC with <c>Z</c> (RFC 3339).</summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new UnreadableValueException($"is not a time; {ZonedTime.Allowed}.");
            }

            var text = reader.GetString()!;
            return ZonedTime.TryParse(text, out var time) ? time : throw new UnreadableValueException($"is '{text}', which is not a time; {ZonedTime.Allowed}.");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime);
    }
}

/// <summary>Thrown by a converter that rejects a value.</summary>
/// <param name="message">The error and the allowed values. The error text starts with the field's name, followed by this message.</param>
internal sealed class UnreadableValueException(string message) : JsonException(message);
