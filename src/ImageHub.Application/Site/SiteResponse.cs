using System.Text.Json.Serialization;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Site;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>The owner's site.</summary>
/// <param name="Title">What it is called; until the owner has named it, <c>Gallery</c>.</param>
/// <param name="Introduction">A few sentences at the head of the gallery, or null.</param>
/// <param name="Photographer">Whose photos these are, or null.</param>
/// <param name="Accent"><c>#rrggbb</c> in lower case; null: the app's own colour. White text on it has a contrast of 4.5:1 or more.</param>
/// <param name="Footer">Links for the foot of every page; at most 8.</param>
/// <param name="LogoImageId">The image that is the logo; null when there is none, and for as long as visitors do not see that image.</param>
/// <param name="Logo">That image, or null.</param>
public sealed record SiteResponse(
    string Title,
    string? Introduction,
    string? Photographer,
    string? Accent,
    IReadOnlyList<FooterLink> Footer,
    Guid? LogoImageId,
    ImageSummary? Logo)
{
    /// <summary>Where the world reaches the site, as the settings say; null: they do not, and there is neither a sitemap, a feed nor oEmbed.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The image that the owner chose, also while visitors do not see it; null: none.</summary>
    [JsonIgnore]
    public Guid? ChosenLogoId { get; init; }
}

/// <summary>Reads the site with its logo in one query.</summary>
internal static class SiteRows
{
    /// <summary>The site as visitors see it, whoever asks.</summary>
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
