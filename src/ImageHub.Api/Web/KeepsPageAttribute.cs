using ImageHub.Api.Delivery;
using ImageHub.Application.Delivery;

namespace ImageHub.Api.Web;

/// <summary>Caches the page for visitors. The content does not depend on the query, except on further pages of the gallery, which are not cached.</summary>
/// <remarks>The cache key includes the request's address, which the page's preview may contain.</remarks>
/// <param name="version">Identifies the parts of the page's bytes that do not depend on its content (<see cref="FirstPage.Version"/>).</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KeepsPageAttribute(string version) : KeepsAnswerAttribute(ChangeTags.Site)
{
    public override bool IsUsual(HttpContext http) => http.Features.Get<PageAddress>() is { Number: 1 } address && address.Path == http.Request.Path.Value;

    public override string KeyOf(HttpContext http) =>
        $"{http.Request.Path} {http.Features.Get<PageAddress>()!.Number} {version} {http.RequestServices.GetRequiredService<SiteAddresses>().FindRootFor(http)} {WebFile.FindEncoding(http.Request.Headers.AcceptEncoding)}";

    public override IReadOnlyList<string> TagsOf(HttpContext http) =>
        http.Features.Get<PageAddress>()! switch
        {
            { Kind: PageKind.Gallery } => [ChangeTags.Site, ChangeTags.Groups],
            { Kind: PageKind.About } => [ChangeTags.Site],
            { Kind: PageKind.Image } page => [ChangeTags.Site, ChangeTags.Group + page.Group!.Id, ChangeTags.Image + page.ImageId],
            var page => [ChangeTags.Site, ChangeTags.Group + page.Group!.Id],
        };
}
