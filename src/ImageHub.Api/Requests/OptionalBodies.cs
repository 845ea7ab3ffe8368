using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Requests;

/// <summary>
/// Treats an absent body as an object without fields: valid if all fields are optional, otherwise an error that names the required fields.
/// </summary>
internal sealed class OptionalBodies(IOptions<JsonOptions> json) : IActionModelConvention, IActionFilter
{
    /// <summary>Whether a body of the type may be absent.</summary>
    public static bool MayBeAbsent(Type body) =>
        body.GetConstructors() is [var constructor] && constructor.GetParameters().All(parameter => parameter.HasDefaultValue);

    public void Apply(ActionModel action)
    {
        foreach (var parameter in action.Parameters.Where(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Body))
        {
            parameter.BindingInfo!.EmptyBodyBehavior = EmptyBodyBehavior.Allow;
        }
    }

    public void OnActionExecuting(ActionExecutingContext context)
    {
        foreach (var parameter in context.ActionDescriptor.Parameters.Where(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Body))
        {
            if (!context.ActionArguments.TryGetValue(parameter.Name, out var sent) || sent is null)
            {
                context.ActionArguments[parameter.Name] = Empty(parameter.ParameterType);
            }
        }
    }

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    private object? Empty(Type body)
    {
        try
        {
            return JsonSerializer.Deserialize("{}", body, json.Value.JsonSerializerOptions);
        }
        catch (JsonException exception)
        {
            throw Errors.ProblemMapping.Invalid(body, exception, json.Value.JsonSerializerOptions);
        }
    }
}
