using System.Text.Json;
using FluentValidation;
using ImageHub.Application.Errors;
using MediatR;

namespace ImageHub.Application.Requests;

/// <summary>Validates every request before its handler runs.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var failures = new List<FluentValidation.Results.ValidationFailure>();
        foreach (var validator in validators)
        {
            failures.AddRange((await validator.ValidateAsync(request, cancellationToken)).Errors);
        }

        if (failures.Count == 0)
        {
            return await next();
        }

        var errors = failures
            .GroupBy(failure => FieldNames.From(failure.PropertyName), failure => failure.ErrorMessage, StringComparer.Ordinal)
            .ToDictionary(field => field.Key, field => field.ToArray(), StringComparer.Ordinal);
        throw new ProblemException(Problems.ValidationFailed, string.Join(' ', errors.Values.SelectMany(texts => texts).Take(3))) { Errors = errors };
    }
}

/// <summary>The names of fields in JSON.</summary>
internal static class FieldNames
{
    /// <summary>Converts <c>Ids[0]</c> and <c>Title.Value</c> to <c>ids[0]</c> and <c>title</c>.</summary>
    public static string From(string property) =>
        string.Join('.', property.Replace(".Value", "", StringComparison.Ordinal).Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
