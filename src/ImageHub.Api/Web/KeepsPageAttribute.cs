using ImageHub.Api.Delivery;
using ImageHub.Application.Delivery;
using Microsoft.AspNetCore.OutputCaching;

namespace ImageHub.Api.Web;

/// <summary>Keeps the page that visitors get. What it says does not depend on its query, which only the app reads.</summary>
/// <param name="version">What its bytes depend on besides what it says (<see cref="FirstPage.Version"/>).</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KeepsPageAttribute(string version) : KeepsAnswerAttribute(ChangeTags.Site)
{
    protected override bool IsUsual(HttpContext http) => http.Features.Get<PageAddress>()?.Path == http.Request.Path.Value;

    protected override void Describe(OutputCacheContext context)
    {
        var http = context.HttpContext;
        var address = http.Features.Get<PageAddress>()!;
        context.CacheVaryByRules.QueryKeys = default;
        context.CacheVaryByRules.VaryByValues.Add("version", version);
        context.CacheVaryByRules.VaryByValues.Add("encoding", WebFile.FindEncoding(http.Request.Headers.AcceptEncoding) ?? "");
        context.Tags.Add(ChangeTags.Site);
        if (address.Kind == PageKind.Gallery)
        {
            context.Tags.Add(ChangeTags.Groups);
            return;
        }

        context.Tags.Add(ChangeTags.Group + address.GroupId);
        if (address.Kind == PageKind.Image)
        {
            context.Tags.Add(ChangeTags.Image + address.ImageId);
        }
    }
}
