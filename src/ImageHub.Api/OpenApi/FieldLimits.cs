using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using FluentValidation.Validators;
using ImageHub.Application.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Adds the limits of fields and parameters to their schemas, read from the validators that enforce them.</summary>
internal sealed class FieldLimits : IOpenApiSchemaTransformer
{
    /// <summary>Whether a field must be sent.</summary>
    public static bool IsRequired(IServiceProvider services, Type request, string field) => RulesFor(services, request, field).Any(IsNeeded);

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var (type, field) = FindField(context);
        if (type is null || field is null)
        {
            return Task.CompletedTask;
        }

        var rules = RulesFor(context.ApplicationServices, type, field);
        if (SchemaDescription.IsOptional(context.JsonTypeInfo.Type) && rules.Any(IsNeeded))
        {
            // The field may be absent from a PATCH, but cannot be cleared.
            schema.Type &= ~JsonSchemaType.Null;
            schema.Enum = schema.Enum?.Where(value => value?.GetValueKind() == JsonValueKind.String).ToList();
        }

        foreach (var rule in rules)
        {
            Apply(schema, rule);
        }

        return Task.CompletedTask;
    }

    private static bool IsNeeded(IPropertyValidator rule) => rule is INotNullValidator or INotEmptyValidator or ITextLimits { AllowsNull: false };

    private static List<IPropertyValidator> RulesFor(IServiceProvider services, Type request, string field)
    {
        if (services.GetService(typeof(IValidator<>).MakeGenericType(request)) is not IValidator validator)
        {
            return [];
        }

        // Validators of PATCH requests check the optional's value.
        var descriptor = validator.CreateDescriptor();
        return [.. descriptor.GetValidatorsForMember(field).Concat(descriptor.GetValidatorsForMember($"{field}.{nameof(Optional<>.Value)}")).Select(rule => rule.Validator)];
    }

    private static void Apply(OpenApiSchema schema, IPropertyValidator rule)
    {
        switch (rule)
        {
            case ILengthValidator text:
                schema.MinLength = text.Min == 0 ? null : text.Min;
                schema.MaxLength = text.Max;
                break;
            case ITextListLimits list:
                schema.MaxItems = list.MaxItems;
                schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = list.MaxItemLength };
                break;
            case IListSize list:
                schema.MinItems = list.Min == 0 ? null : list.Min;
                schema.MaxItems = list.Max;
                schema.UniqueItems = list.AreUnique ? true : null;
                break;
            case IAllowedTexts texts:
                schema.Enum = [.. texts.Values.Select(value => JsonValue.Create(value))];
                if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
                {
                    schema.Enum.Add(JsonNullSentinel.JsonNull);
                }

                break;
            case ITextForm form:
                schema.Pattern = form.Pattern;
                break;
            case IBetweenValidator range:
                (schema.Minimum, schema.Maximum) = (Number(range.From), Number(range.To));
                break;
            case IComparisonValidator { Comparison: Comparison.GreaterThanOrEqual, ValueToCompare: { } least }:
                schema.Minimum = Number(least);
                break;
            case IComparisonValidator { Comparison: Comparison.LessThan, ValueToCompare: { } limit }:
                schema.ExclusiveMaximum = Number(limit);
                break;
        }
    }

    private static string? Number(object value) => Convert.ToString(value, CultureInfo.InvariantCulture);

    /// <summary>The request type and property of a schema. Both are null for the schema of a list parameter's items, which has another type.</summary>
    private static (Type? Request, string? Property) FindField(OpenApiSchemaTransformerContext context) => context switch
    {
        { JsonPropertyInfo.AttributeProvider: MemberInfo member } => (member.ReflectedType, member.Name),
        { JsonPropertyInfo: null, ParameterDescription.ModelMetadata: { ContainerType: { } container, PropertyName: { } name } parameter }
            when context.JsonTypeInfo.Type == parameter.ModelType => (container, name),
        _ => (null, null),
    };
}
