using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageHub.Application.Requests;

/// <summary>A field of a PATCH: absent keeps the value, null clears it (RFC 7396).</summary>
/// <typeparam name="T">The field's type.</typeparam>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>
{
    /// <summary>Creates a field that was sent, with its value or null.</summary>
    public Optional(T? value)
    {
        Value = value;
        IsSet = true;
    }

    /// <summary>Whether the field was sent.</summary>
    public bool IsSet { get; }

    /// <summary>The value; the default if the field was not sent.</summary>
    public T? Value { get; }
}

/// <summary>Serializes <see cref="Optional{T}"/> as its value.</summary>
public sealed class OptionalConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()[0]))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        // Uses the value's converter instead of a nested serializer, so that errors contain the field's path.
        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.TokenType == JsonTokenType.Null ? default : ((JsonConverter<T>)options.GetConverter(typeof(T))).Read(ref reader, typeof(T), options));

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
