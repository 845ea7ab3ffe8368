using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Imaging;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>The kinds of sidecars.</summary>
public enum SidecarKind
{
    /// <summary>An XMP packet.</summary>
    Xmp,

    /// <summary>The JSON of Google Takeout.</summary>
    Takeout,
}

/// <summary>
/// Replaces the caption, the time taken and the location of an image with the values in a sidecar. Fields that the sidecar does not contain keep their values.
/// The rating changes only for admins and editors.
/// </summary>
/// <param name="Id">The image's id.</param>
/// <param name="Kind">The kind of sidecar.</param>
/// <param name="Content">The sidecar, at most <see cref="MaxBytes"/>.</param>
/// <param name="OnlyMissing">Whether fields for which the image already has a value also keep it.</param>
public sealed record PutSidecar(Guid Id, SidecarKind Kind, byte[] Content, bool OnlyMissing) : IRequest<ImageDetails>
{
    /// <summary>The maximum size of a sidecar, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;
}

internal sealed class PutSidecarHandler(IImageHubDb db, ICaller caller, ISidecars sidecars, TimeProvider clock) : IRequestHandler<PutSidecar, ImageDetails>
{
    public async Task<ImageDetails> Handle(PutSidecar request, CancellationToken cancellationToken)
    {
        var found = await db.Images.SingleOrDefaultAsync(image => image.Id == request.Id && image.DeletedAt == null, cancellationToken) ?? throw ProblemException.NotFound("image");
        await db.EnsureMayEditAsync(caller, found, cancellationToken);
        var sidecar = request.Kind == SidecarKind.Xmp ? sidecars.ReadXmp(request.Content) : sidecars.ReadTakeout(request.Content);
        var caption = (await db.NormalizeCaptionsAsync([sidecar.Caption], cancellationToken))[0];
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], clock, cancellationToken);
        var image = changes.Live(request.Id);
        await db.EnsureMayEditAsync(caller, image, cancellationToken);

        // A key with the scope "upload" acts for its admin or editor.
        var mayRate = caller.Role is Role.Admin or Role.Editor;
        Apply(image, sidecar with { Caption = caption, NamesRating = sidecar.NamesRating && mayRate }, request.OnlyMissing);
        changes.Touch(image);
        await changes.CommitAsync(cancellationToken);
        return await db.WithAccountAsync(ImageDetails.From(image, await db.FindViewAsync(caller, image.GroupId, cancellationToken), caller.IsCurator), cancellationToken);
    }

    private static void Apply(Image image, Sidecar sidecar, bool onlyMissing)
    {
        var caption = onlyMissing
            ? new Sidecar { Caption = image.Caption, NamesRating = image.Rating is not null }.Replace(sidecar.Caption)
            : sidecar.Replace(image.Caption);
        image.Retitle(caption.Title);
        image.Describe(caption.Description);
        if (!caption.Tags.SequenceEqual(image.Tags, StringComparer.Ordinal))
        {
            image.Tag(caption.Tags);
        }

        image.Rate(caption.Rating);
        image.Credit(caption.Creator, caption.Copyright);
        if (sidecar.TakenAt is not null && !(onlyMissing && image.TakenAt is not null))
        {
            image.SetTakenAt(sidecar.TakenAt, sidecar.TakenAtOffset);
        }

        // The location of a guest's photo is never kept.
        if (sidecar.Location is { } location && !image.IsFromGuest && !(onlyMissing && image.Latitude is not null))
        {
            image.Locate(location.Latitude, location.Longitude);
        }
    }
}
