using System.Reflection;
using FluentValidation;
using FluentValidation.Validators;
using ImageHub.Application.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Limits of texts, read from the validators that enforce them.</summary>
internal sealed class TextLimits : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var (type, field) = FindField(context);
        if (type is null || field is null || context.ApplicationServices.GetService(typeof(IValidator<>).MakeGenericType(type)) is not IValidator validator)
        {
            return Task.CompletedTask;
        }

        var descriptor = validator.CreateDescriptor();

        // A field of a PATCH is checked by the value in it.
        var rules = descriptor.GetValidatorsForMember(field)
            .Concat(descriptor.GetValidatorsForMember($"{field}.{nameof(Optional<>.Value)}"))
            .Select(rule => rule.Validator)
            .ToList();
        if (rules.OfType<ILengthValidator>().FirstOrDefault() is { } text)
        {
            schema.MinLength = text.Min == 0 ? null : text.Min;
            schema.MaxLength = text.Max;
        }

        if (rules.OfType<ITextListLimits>().FirstOrDefault() is { } list)
        {
            schema.MaxItems = list.MaxItems;
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = list.MaxItemLength };
        }

        return Task.CompletedTask;
    }

    /// <summary>The request and its property that a schema is of. That of a parameter's items has the same parameter, and another type.</summary>
    private static (Type? Request, string? Property) FindField(OpenApiSchemaTransformerContext context) => context switch
    {
        { JsonPropertyInfo.AttributeProvider: MemberInfo member } => (member.ReflectedType, member.Name),
        { JsonPropertyInfo: null, ParameterDescription.ModelMetadata: { ContainerType: { } container, PropertyName: { } name } parameter }
            when context.JsonTypeInfo.Type == parameter.ModelType => (container, name),
        _ => (null, null),
    };
}
