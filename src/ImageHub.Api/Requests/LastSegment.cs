using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ImageHub.Api.Requests;

/// <summary>
/// Reads the last segment of the address as it was sent, percent-decoded. Routing decodes everything but <c>%2F</c>, and then
/// cannot tell it from a <c>%252F</c>.
/// </summary>
internal sealed class LastSegment : IModelBinder
{
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var target = bindingContext.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0].TrimEnd('/');
        bindingContext.Result = ModelBindingResult.Success(Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]));
        return Task.CompletedTask;
    }
}
