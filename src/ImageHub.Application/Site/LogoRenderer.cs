using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Domain.Site;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Site;

/// <summary>Renders logos, which are small enough for a row of the database.</summary>
internal sealed class LogoRenderer(IImageRenderer renderer, IOptions<ImagingOptions> imaging)
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly Box Box = new(1_200, 600);

    /// <summary>Renders an image so that the result fits <see cref="Box"/>. A small image is not enlarged.</summary>
    /// <param name="sourcePath">The image's file.</param>
    /// <param name="path">The path for the rendering.</param>
    /// <param name="account">The account that is charged for the rendering.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// The errors of <see cref="IImageRenderer.RenderOneAsync"/>; also 422 <c>tooComplex</c> if the rendering has too many bytes.
    /// </exception>
    public async Task<RenderedLogo> RenderAsync(string sourcePath, string path, Guid account, CancellationToken cancellationToken)
    {
        var request = new RenderOneRequest(sourcePath, account, Box, path) { IsLogo = true, MaxPixels = imaging.Value.MaxPixels };
        var rendered = await renderer.RenderOneAsync(request, cancellationToken);
        return rendered.Bytes < MaxBytes
            ? new RenderedLogo(rendered.Width, rendered.Height, rendered.ContentType, await File.ReadAllBytesAsync(path, cancellationToken))
            : throw new ProblemException(Problems.TooComplex, $"The logo takes {rendered.Bytes} bytes at {rendered.Width} × {rendered.Height} pixels; fewer than {MaxBytes} are allowed.");
    }
}

/// <summary>A rendered logo.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="Bytes">The file.</param>
internal sealed record RenderedLogo(int Width, int Height, string ContentType, byte[] Bytes);

/// <summary>Writes rows of logos.</summary>
internal static class LogoRows
{
    /// <summary>Saves a logo. The transaction must hold the lock of the site's row, so that every revision is used only once.</summary>
    public static async Task ReplaceLogoAsync(this IImageHubDb db, SiteProfile site, bool isDark, RenderedLogo logo, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.SiteLogos.AsTracking().SingleOrDefaultAsync(row => row.IsDark == isDark, cancellationToken);
        if (row is null)
        {
            row = SiteLogo.Create(isDark);
            db.SiteLogos.Add(row);
        }

        row.Replace(logo.Width, logo.Height, logo.ContentType, logo.Bytes, now);
        if (!isDark)
        {
            site.ClearLogoImage();
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
