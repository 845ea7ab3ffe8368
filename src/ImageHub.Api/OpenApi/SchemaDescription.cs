using ImageHub.Application.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Schemas of types that are written by converters of their own, which the generator cannot look into.</summary>
internal sealed class SchemaDescription : IOpenApiSchemaTransformer
{
    /// <summary>Whether a type is a field of a PATCH, which travels as its value.</summary>
    public static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = Nullable.GetUnderlyingType(type) is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }

        if (IsOptional(type))
        {
            var value = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, cancellationToken);
            schema.Type = value.Type | JsonSchemaType.Null;
            schema.Format = value.Format;
            schema.Items = value.Items;
            schema.Properties = value.Properties;
            schema.Required = value.Required;
        }
    }
}
