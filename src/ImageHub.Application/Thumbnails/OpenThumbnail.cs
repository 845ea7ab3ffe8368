using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Variants;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Thumbnails;

/// <summary>Opens an image's thumbnail of a given height. It is rendered on the first request and never enlarged.</summary>
/// <param name="Id">The image's id.</param>
/// <param name="Height">Pixels, after orientation: 16–2,000; for an owner, one of the tier's heights.</param>
public sealed record OpenThumbnail(Guid Id, int Height) : IRequest<ImageContent>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Thumbnails;
}

internal sealed class OpenThumbnailValidator : AbstractValidator<OpenThumbnail>
{
    public OpenThumbnailValidator() => RuleFor(request => request.Height)
        .InclusiveBetween(Tier.MinThumbnailHeight, Tier.MaxThumbnailHeight)
        .WithMessage($"height is {{PropertyValue}}; it must be {Tier.MinThumbnailHeight} to {Tier.MaxThumbnailHeight} (pixels).");
}

/// <summary>A thumbnail with the facts about its image that a response needs.</summary>
/// <param name="Revision">The image's revision.</param>
/// <param name="OwnerId">The image's owner; null if the image belongs to a group.</param>
/// <param name="FileName">The image's file name.</param>
/// <param name="Row">The thumbnail's row; null if the thumbnail has not been rendered.</param>
public sealed record StoredThumbnail(int Revision, Guid? OwnerId, string FileName, Thumbnail? Row);

internal sealed class OpenThumbnailHandler(
    IImageHubDb db, ICaller caller, ThumbnailMaker thumbnails, IKeptRows<OpenThumbnail, StoredThumbnail> kept) : IRequestHandler<OpenThumbnail, ImageContent>
{
    /// <summary>
    /// Compiled once, because many requests run the query. It finds all images for admins and editors, and only the caller's own images for users. Nobody else
    /// gets thumbnails by height, and <see cref="VisitorRights"/> do not restrict them.
    /// </summary>
    private static readonly Func<DbContext, Guid, long, Guid?, CancellationToken, Task<StoredThumbnail?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid id, long number, Guid? ownerId, CancellationToken cancellationToken) => (
            from image in ((IImageHubDb)context).AllImages
            from row in ((IImageHubDb)context).Thumbnails.Where(row => row.ImageId == id && row.Number == number).DefaultIfEmpty()
            where image.Id == id && image.DeletedAt == null && (ownerId == null || image.OwnerId == ownerId)
            select new StoredThumbnail(image.Revision, image.OwnerId, image.FileName, row)).SingleOrDefault());

    public async Task<ImageContent> Handle(OpenThumbnail request, CancellationToken cancellationToken)
    {
        var variant = ImageVariant.OnRequest(request.Height);
        var ownerId = caller.IsCurator ? null : caller.UserId;
        var found = FindKept(request, ownerId) ?? await ReadAsync(request, variant, ownerId, cancellationToken);
        if (found is not null)
        {
            caller.EnsureGets(found.OwnerId, variant);
            var source = new ThumbnailSource(request.Id, found.Revision, found.FileName);
            return await thumbnails.OpenAsync(source, variant, isPublic: false, visitor: null, cancellationToken, found.Row);
        }

        // Other callers learn only whether the image is visible to them.
        var seen = await db.ImagesById(caller).Where(image => image.Id == request.Id).Select(image => new { image.OwnerId }).SingleOrDefaultAsync(cancellationToken);
        caller.EnsureGets((seen ?? throw ProblemException.NotFound("image")).OwnerId, variant);
        throw ProblemException.NotFound("image");
    }

    /// <summary>
    /// Finds a cached thumbnail of an image that the caller may have, unless its last-read time must be written. For other callers, the same queries run
    /// whether or not the thumbnail is cached, so that response times reveal nothing.
    /// </summary>
    private StoredThumbnail? FindKept(OpenThumbnail request, Guid? ownerId) =>
        kept.Find(request) is { } known && (ownerId is null || known.OwnerId == ownerId) && thumbnails.IsRecentlyRead(known.Row) ? known : null;

    private async Task<StoredThumbnail?> ReadAsync(OpenThumbnail request, ImageVariant variant, Guid? ownerId, CancellationToken cancellationToken)
    {
        var generation = kept.Generation;
        var found = await FindAsync((DbContext)db, request.Id, variant.Number!.Value, ownerId, cancellationToken);
        if (found is not null && thumbnails.IsRecentlyRead(found.Row))
        {
            kept.Keep(request, found, generation);
        }

        return found;
    }
}
