using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageHub.Api.Requests;

/// <summary>
/// Reads and writes enums by their camel-case names, and lists the allowed names in errors, which the framework's converter does not. The
/// OpenAPI document uses the framework's converter, which exposes the names.
/// </summary>
internal sealed class EnumNames : JsonConverterFactory
{
    /// <summary>The names of an enum as serialized, in declaration order.</summary>
    public static IReadOnlyList<string> Of(Type type) => [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>The name of a value as serialized.</summary>
    public static string Of(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), StringComparer.OrdinalIgnoreCase);
        private static readonly Dictionary<T, JsonEncodedText> Names = Values.ToDictionary(value => value.Value, value => JsonEncodedText.Encode(value.Key));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : null;
            if (text is not null && Values.TryGetValue(text, out var value))
            {
                return value;
            }

            var sent = text is null ? JsonKinds.NameOf(reader.TokenType) : $"'{text}'";
            throw new UnreadableValueException($"is {sent}; {JsonKinds.Join(Of(typeof(T)))} are allowed.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Names[value]);
    }
}
