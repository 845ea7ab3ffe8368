using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ImageHub.Application.Requests;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Schemas of what the generator cannot look into: types with converters of their own, and which fields are always written.</summary>
internal sealed class SchemaDescription(IApiDescriptionGroupCollectionProvider descriptions) : IOpenApiSchemaTransformer
{
    /// <summary>The types that requests are made of, and not answers.</summary>
    private readonly Lazy<HashSet<Type>> read = new(() =>
    {
        var found = new HashSet<Type>();
        foreach (var body in descriptions.ApiDescriptionGroups.Items.SelectMany(group => group.Items).SelectMany(action => action.ParameterDescriptions).Where(parameter => parameter.Source == BindingSource.Body))
        {
            Collect(body.Type, found);
        }

        return found;
    });

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

        if ((Nullable.GetUnderlyingType(type) ?? type).IsEnum)
        {
            // Generators take an enum without a type for numbers.
            schema.Type = Nullable.GetUnderlyingType(type) is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        }

        if (IsOptional(type))
        {
            var value = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, cancellationToken);
            schema.Type = value.Type | JsonSchemaType.Null;
            schema.Format = value.Format;
            schema.Enum = value.Enum;
            schema.Items = value.Items;
            schema.Properties = value.Properties;
            schema.Required = value.Required;
        }

        // Told apart by their fields: nothing that travels says which of them it is.
        schema.Discriminator = null;

        // What the server writes is always there, unless it is left out on purpose; what it reads says so by its constructor.
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && !read.Value.Contains(type))
        {
            schema.Required = context.JsonTypeInfo.Properties
                .Where(property => IgnoreCondition(property) is null)
                .Select(property => property.Name)
                .ToHashSet(StringComparer.Ordinal);
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => IgnoreCondition(property) == JsonIgnoreCondition.WhenWritingNull))
            {
                // What is left out where there is none is never written as null.
                if (schema.Properties![property.Name] is OpenApiSchema { Type: { } written } described)
                {
                    described.Type = written & ~JsonSchemaType.Null;
                }
            }
        }
    }

    /// <summary>A type of ours and those of what it has.</summary>
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
