using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageHub.Api.Requests;

/// <summary>How JSON is read and written, for controllers and for the OpenAPI document alike.</summary>
internal static class ApiJson
{
    /// <summary>
    /// Escapes nothing that JSON does not ask to escape: answers are <c>application/json</c> with <c>nosniff</c>, and no page has them
    /// in its HTML.
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

    /// <summary>Times are read with their zone, and written in UTC with <c>Z</c> (RFC 3339).</summary>
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

/// <summary>A value that a converter refuses.</summary>
/// <param name="message">What is wrong with it and what is allowed, to follow the field's name.</param>
internal sealed class UnreadableValueException(string message) : JsonException(message);
