using System.Collections.Frozen;
using System.Text.Json;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ImageHub.Api.Requests;

/// <summary>
/// Marks a route that ignores unknown query parameters, because other sites add parameters to the addresses of pages, images and feeds. All other routes of
/// controllers reject unknown parameters.
/// </summary>
internal interface IPassesUnknownParameters;

/// <summary>Marks a route that ignores unknown query parameters although it responds with JSON or without a body.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class PassesUnknownParametersAttribute : Attribute, IPassesUnknownParameters;

/// <summary>
/// Rejects unknown query parameters, and repeated parameters that are not lists. If <c>per_page=50</c> were ignored silently, a program would receive only the
/// first 12 items. The known parameters are the parameters that the action binds.
/// </summary>
internal sealed class KnownParameters(IApiDescriptionGroupCollectionProvider descriptions) : IActionFilter
{
    private readonly Lazy<FrozenDictionary<string, FrozenDictionary<string, Parameter>>> byAction = new(() => descriptions.ApiDescriptionGroups.Items
        .SelectMany(group => group.Items)
        .GroupBy(description => description.ActionDescriptor.Id, StringComparer.Ordinal)
        .ToFrozenDictionary(action => action.Key, action => Read(action.First()), StringComparer.Ordinal));

    public void OnActionExecuting(ActionExecutingContext context)
    {
        var sent = context.HttpContext.Request.Query;
        if (sent.Count == 0 || context.ActionDescriptor.EndpointMetadata.OfType<IPassesUnknownParameters>().Any())
        {
            return;
        }

        var known = byAction.Value[context.ActionDescriptor.Id];
        foreach (var (name, values) in sent)
        {
            if (!known.TryGetValue(name, out var parameter))
            {
                throw ProblemException.Invalid(name, Unknown(name, [.. known.Values.Select(other => other.Name).Order(StringComparer.Ordinal)]));
            }

            if (values.Count > 1 && !parameter.MayRepeat)
            {
                throw ProblemException.Invalid(parameter.Name, $"{parameter.Name} is given {values.Count} times; once is allowed.");
            }
        }
    }

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    private static string Unknown(string name, string[] known) => known.Length == 0
        ? $"There is no parameter '{name}'; this route has no parameters."
        : $"There is no parameter '{name}'{Nearest.Hint(name, known)}. Allowed are: {string.Join(", ", known)}.";

    /// <summary>The query parameters of an action by their bound names, case-insensitive.</summary>
    private static FrozenDictionary<string, Parameter> Read(ApiDescription action) => action.ParameterDescriptions
        .Where(parameter => parameter.Source == BindingSource.Query)
        .Select(parameter => new Parameter(JsonNamingPolicy.CamelCase.ConvertName(parameter.Name), parameter.ModelMetadata.IsEnumerableType))
        .ToFrozenDictionary(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase);

    private sealed record Parameter(string Name, bool MayRepeat);
}
