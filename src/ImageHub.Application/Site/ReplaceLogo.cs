using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Site;

/// <summary>Replaces a logo of the site with one rendered from a file.</summary>
/// <param name="IsDark">Whether the logo is for dark pages.</param>
/// <param name="Content">The file's bytes: PNG, WebP, JPEG or AVIF.</param>
/// <param name="DeclaredBytes">The announced size in bytes, or null.</param>
public sealed record ReplaceLogo(bool IsDark, Stream Content, long? DeclaredBytes) : IRequest<SiteResponse>
{
    /// <summary>The maximum size of the file, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;
}

internal sealed class ReplaceLogoHandler(IImageHubDb db, FileSpool spool, LogoRenderer renderer, TimeProvider clock) : IRequestHandler<ReplaceLogo, SiteResponse>
{
    private static readonly ImageFormat[] Accepted = [ImageFormat.Png, ImageFormat.WebP, ImageFormat.Jpeg, ImageFormat.Avif];

    public async Task<SiteResponse> Handle(ReplaceLogo request, CancellationToken cancellationToken)
    {
        if (request.DeclaredBytes is { } declared)
        {
            UploadPipeline.EnsureSize(declared, ReplaceLogo.MaxBytes);
        }

        using var file = await spool.WriteAsync([request.Content], ReplaceLogo.MaxBytes, () => UploadPipeline.TooLarge(ReplaceLogo.MaxBytes), cancellationToken);
        UploadPipeline.EnsureSize(file.Bytes, ReplaceLogo.MaxBytes);
        EnsureAccepted(file.ClaimedFormat);
        var logo = await renderer.RenderAsync(file.Path, file.Folder.File("logo"), RenderAccounts.Admins, cancellationToken);
        var (transaction, site) = await db.Locks.LockSiteAsync(cancellationToken);
        await using var _ = transaction;
        await db.ReplaceLogoAsync(site, request.IsDark, logo, clock.Now(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await db.ReadSiteAsync(cancellationToken);
    }

    private static void EnsureAccepted(ImageFormat? format)
    {
        if (format is null || !Accepted.Contains(format.Value))
        {
            var sent = format is null ? "not an image" : $"a {format.Value.Title()} file";
            throw new ProblemException(Problems.UnsupportedFormat, $"The content is {sent}; accepted as a logo are PNG, WebP, JPEG and AVIF.");
        }
    }
}
