using ImageHub.Api.Delivery;
using ImageHub.Application.Delivery;
using ImageHub.Application.Site;

namespace ImageHub.Api.Web;

/// <summary>Keeps the page that visitors get. What it says does not depend on its query, which only the app reads.</summary>
/// <remarks>Its preview may have the address that the request was sent to.</remarks>
/// <param name="version">What its bytes depend on besides what it says (<see cref="FirstPage.Version"/>).</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KeepsPageAttribute(string version) : KeepsAnswerAttribute(ChangeTags.Site)
{
    public override bool IsUsual(HttpContext http) => http.Features.Get<PageAddress>()?.Path == http.Request.Path.Value;

    public override string KeyOf(HttpContext http) =>
        $"{http.Request.Path} {version} {http.RequestServices.GetRequiredService<SiteAddresses>().FindRootFor(http)} {WebFile.FindEncoding(http.Request.Headers.AcceptEncoding)}";

    public override IReadOnlyList<string> TagsOf(HttpContext http)
    {
        IReadOnlyList<string> tags = http.Features.Get<PageAddress>()! switch
        {
            { Kind: PageKind.Gallery } => [ChangeTags.Site, ChangeTags.Groups],
            { Kind: PageKind.Image } page => [ChangeTags.Site, ChangeTags.Group + page.GroupId, ChangeTags.Image + page.ImageId],
            var page => [ChangeTags.Site, ChangeTags.Group + page.GroupId],
        };

        // The logo, which stands on every page, is an image of some group, and may come back.
        return http.Features.Get<SiteResponse>()?.ChosenLogoId is { } logo ? [.. tags, ChangeTags.Image + logo] : tags;
    }
}
