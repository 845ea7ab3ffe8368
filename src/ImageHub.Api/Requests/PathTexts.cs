using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ImageHub.Api.Requests;

/// <summary>Binds text in addresses unchanged. The framework converts white space to null, as if the segment were missing.</summary>
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
