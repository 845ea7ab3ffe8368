using System.Globalization;
using ImageHub.Application.Requests;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ImageHub.Api.Requests;

/// <summary>Binds single query values. Unlike the framework's binders, states the allowed values in errors.</summary>
internal sealed class QueryValues : IModelBinderProvider
{
    private static readonly Dictionary<Type, Kind> Kinds = new()
    {
        [typeof(int)] = new(text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null, "not a whole number"),
        [typeof(bool)] = new(text => bool.TryParse(text, out var value) ? value : null, "not true or false"),
        [typeof(Guid)] = new(text => IdText.TryParse(text, out var value) ? value : null, "not an id; send one as other answers give it"),
        [typeof(DateOnly)] = new(
            text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value) ? value : null, "not a day; send one such as 2026-05-01"),
        [typeof(DateTimeOffset)] = new(
            text => ZonedTime.TryParse(text, out var value) ? value : null,
            $"not a time; {ZonedTime.Allowed} (in an address + is written %2B)"),
    };

    public IModelBinder? GetBinder(ModelBinderProviderContext context) =>
        Kinds.TryGetValue(context.Metadata.UnderlyingOrModelType, out var kind) ? new Binder(kind) : null;

    private sealed record Kind(Func<string, object?> Parse, string Complaint);

    private sealed class Binder(Kind kind) : IModelBinder
    {
        public Task BindModelAsync(ModelBindingContext bindingContext)
        {
            var sent = bindingContext.ValueProvider.GetValue(bindingContext.ModelName);
            if (sent == ValueProviderResult.None)
            {
                return Task.CompletedTask;
            }

            bindingContext.ModelState.SetModelValue(bindingContext.ModelName, sent);
            if (string.IsNullOrWhiteSpace(sent.FirstValue) && bindingContext.ModelMetadata.IsReferenceOrNullableType)
            {
                bindingContext.Result = ModelBindingResult.Success(null);
            }
            else if (kind.Parse(sent.FirstValue!) is { } value)
            {
                bindingContext.Result = ModelBindingResult.Success(value);
            }
            else
            {
                bindingContext.ModelState.TryAddModelError(bindingContext.ModelName, $"'{sent.FirstValue}' is {kind.Complaint}.");
            }

            return Task.CompletedTask;
        }
    }
}
