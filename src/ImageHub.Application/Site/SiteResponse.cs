using System.Text.Json.Serialization;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Site;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>The site.</summary>
/// <param name="Title">The title; <c>Gallery</c> by default.</param>
/// <param name="Introduction">A short text above the gallery, or null.</param>
/// <param name="Photographer">The photographer's name, or null.</param>
/// <param name="Accent"><c>#rrggbb</c> in lower case; null for the app's default colour. White text on it has a contrast of at least 4.5:1.</param>
/// <param name="Footer">The links in every page's footer; at most 8.</param>
/// <param name="LogoImageId">The id of the logo image; null if there is none or visitors may not see it.</param>
/// <param name="Logo">The logo image, or null.</param>
public sealed record SiteResponse(
    string Title,
    string? Introduction,
    string? Photographer,
    string? Accent,
    IReadOnlyList<FooterLink> Footer,
    Guid? LogoImageId,
    ImageSummary? Logo)
{
    /// <summary>The site's public address from the settings; null if not set. Without it there is no sitemap, feed or oEmbed.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The id of the logo image, even if visitors may not see it; null if there is none.</summary>
    [JsonIgnore]
    public Guid? ChosenLogoId { get; init; }
}

/// <summary>Reads the site with its logo in one query.</summary>
internal static class SiteRows
{
    /// <summary>Reads the site as visitors see it. All callers get the same result.</summary>
    public static async Task<SiteResponse> ReadSiteAsync(this IImageHubDb db, CancellationToken cancellationToken)
    {
        var row = await db.SiteProfiles
            .Select(site => new
            {
                Site = site,
                Logo = db.Images
                    .Where(image => image.Id == site.LogoImageId && image.DeletedAt == null && image.IsPublished)
                    .Select(ImageSummary.Projection)
                    .FirstOrDefault(),
            })
            .SingleAsync(cancellationToken);
        var (said, logo) = (row.Site, row.Logo);
        return new SiteResponse(said.Title ?? SiteProfile.DefaultTitle, said.Introduction, said.Photographer, said.Accent, said.Footer, logo?.Id, logo) { ChosenLogoId = said.LogoImageId };
    }
}
