using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ImageHub.Application.Requests;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Completes schemas that the generator cannot derive: types with custom converters, and fields that are always present.</summary>
internal sealed class SchemaDescription(IApiDescriptionGroupCollectionProvider descriptions) : IOpenApiSchemaTransformer
{
    /// <summary>The types of request bodies and of their properties.</summary>
    private readonly Lazy<HashSet<Type>> read = new(() =>
    {
        var found = new HashSet<Type>();
        foreach (var body in descriptions.ApiDescriptionGroups.Items.SelectMany(group => group.Items).SelectMany(action => action.ParameterDescriptions).Where(parameter => parameter.Source == BindingSource.Body))
        {
            Collect(body.Type, found);
        }

        return found;
    });

    /// <summary>Whether a type is an optional field of a PATCH, which is serialized as its value.</summary>
    public static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = Nullable.GetUnderlyingType(type) is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }

        if ((Nullable.GetUnderlyingType(type) ?? type).IsEnum)
        {
            // Client generators treat an enum without a type as numbers. Nullable and other fields share this schema; a nullable field allows null beside it.
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. schema.Enum?.Where(value => value?.GetValueKind() == JsonValueKind.String) ?? []];
        }

        if (IsOptional(type))
        {
            var inner = type.GetGenericArguments()[0];
            var value = await context.GetOrCreateSchemaAsync(inner, null, cancellationToken);
            if (value.Properties is { Count: > 0 })
            {
                // The framework replaces a schema with this id by a reference, as it does for fields that are not optional.
                value.Metadata ??= new Dictionary<string, object>(StringComparer.Ordinal);
                value.Metadata["x-schema-id"] = OpenApiOptions.CreateDefaultSchemaReferenceId(JsonTypeInfo.CreateJsonTypeInfo(inner, context.JsonTypeInfo.Options))!;
                schema.OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, value];
                return;
            }

            schema.Type = value.Type | JsonSchemaType.Null;
            schema.Format = value.Format;
            schema.Enum = Nullable.GetUnderlyingType(inner)?.IsEnum == true ? [.. value.Enum ?? [], null!] : value.Enum;
            schema.Items = value.Items;
        }

        // The types differ in their fields; no field is a discriminator.
        schema.Discriminator = null;

        // Response fields are always present unless omitted on purpose; request types declare required fields by their constructors.
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && !read.Value.Contains(type))
        {
            schema.Required = context.JsonTypeInfo.Properties
                .Where(property => IgnoreCondition(property) is null)
                .Select(property => property.Name)
                .ToHashSet(StringComparer.Ordinal);
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => IgnoreCondition(property) == JsonIgnoreCondition.WhenWritingNull))
            {
                // Fields that are omitted when null are never written as null.
                if (schema.Properties![property.Name] is OpenApiSchema { Type: { } written } described)
                {
                    described.Type = written & ~JsonSchemaType.Null;
                }
            }
        }
    }

    /// <summary>Collects a type of this API and the types of its properties.</summary>
    private static void Collect(Type type, HashSet<Type> found)
    {
        foreach (var argument in type.GenericTypeArguments)
        {
            Collect(argument, found);
        }

        if (type.IsClass && type.Assembly == typeof(Optional<>).Assembly && found.Add(type))
        {
            foreach (var property in type.GetProperties())
            {
                Collect(property.PropertyType, found);
            }
        }
    }

    private static JsonIgnoreCondition? IgnoreCondition(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute ignore] ? ignore.Condition : null;
}
