using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ImageHub.Api.Requests;

/// <summary>
/// Binds the last segment of the address as sent, percent-decoded. Routing decodes everything except <c>%2F</c>, which makes it
/// indistinguishable from <c>%252F</c>.
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
