using ImageHub.Domain.Images;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace ImageHub.Api.Images;

/// <summary>
/// Replaces an action whose route contains <c>{rendition}</c> with one action for each of <see cref="ImageVariant.Renditions"/>. Each address is
/// then a separate operation in the OpenAPI document.
/// </summary>
internal sealed class RenditionRoutes : IApplicationModelConvention
{
    private const string Key = "rendition";
    private const string Token = $"{{{Key}}}";

    /// <summary>The rendition of the action that is being executed.</summary>
    internal static ImageVariant Find(ControllerContext context) => ImageVariant.Parse(context.ActionDescriptor.RouteValues[Key])!;

    /// <inheritdoc/>
    public void Apply(ApplicationModel application)
    {
        foreach (var controller in application.Controllers)
        {
            foreach (var action in controller.Actions.Where(HasToken).ToList())
            {
                controller.Actions.Remove(action);
                foreach (var rendition in ImageVariant.Renditions)
                {
                    controller.Actions.Add(CreateAction(action, rendition));
                }
            }
        }
    }

    private static bool HasToken(ActionModel action) => action.Selectors.Any(selector => selector.AttributeRouteModel?.Template?.Contains(Token, StringComparison.Ordinal) == true);

    private static ActionModel CreateAction(ActionModel action, ImageVariant rendition)
    {
        var created = new ActionModel(action) { ActionName = rendition.Name };
        created.RouteValues[Key] = rendition.Name;
        foreach (var route in created.Selectors.Select(selector => selector.AttributeRouteModel!))
        {
            route.Template = route.Template!.Replace(Token, rendition.Name, StringComparison.Ordinal);
        }

        return created;
    }
}
