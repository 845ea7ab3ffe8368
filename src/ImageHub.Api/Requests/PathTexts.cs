using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ImageHub.Api.Requests;

/// <summary>Reads texts in addresses as they are. The framework makes nothing of white space, as if a segment that routing has found were not there.</summary>
internal sealed class PathTexts : IModelBinderProvider
{
    public IModelBinder? GetBinder(ModelBinderProviderContext context) =>
        context.Metadata.ModelType == typeof(string) && context.BindingInfo is { BinderType: null, BindingSource: { } source } && source == BindingSource.Path ? new Binder() : null;

    private sealed class Binder : IModelBinder
    {
        public Task BindModelAsync(ModelBindingContext bindingContext)
        {
            bindingContext.Result = ModelBindingResult.Success(bindingContext.ActionContext.RouteData.Values[bindingContext.ModelName]);
            return Task.CompletedTask;
        }
    }
}
