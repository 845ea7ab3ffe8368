using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Requests;
using ImageHub.Application.Tags;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Updates an image. Absent fields keep their values; null clears a field.</summary>
public sealed record UpdateImage : IRequest<ImageDetails>
{
    /// <summary>At most 200 characters.</summary>
    public Optional<string> Title { get; init; }

    /// <summary>At most 10,000 characters.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>
    /// Unique in the group; 1–200 characters; null is not accepted. Unsafe characters are replaced, as is an extension that contradicts the
    /// content.
    /// </summary>
    public Optional<string> FileName { get; init; }

    /// <summary>At most 50 tags of at most 100 characters.</summary>
    public Optional<IReadOnlyList<string>> Tags { get; init; }

    /// <summary>1 to 5; null: none.</summary>
    public Optional<int?> Rating { get; init; }

    /// <summary>When the image was taken: the camera's local time, with or without its UTC offset; null: unknown.</summary>
    /// <example>2026-05-01T12:34:56+02:00</example>
    public Optional<string> TakenAt { get; init; }

    /// <summary>
    /// 90, 180 or 270: rotates the image clockwise. Its renditions are rendered again; of the full-resolution image only the orientation tag changes. Not for
    /// GIF, AVIF and HEIC.
    /// </summary>
    public int? Rotate { get; init; }

    /// <summary>The point that crops keep, as fractions of the upright picture's width and height (0 to 1); null: the centre.</summary>
    public Optional<FocusPoint> Focus { get; init; }

    /// <summary>The group to whose end the image is moved; null is not accepted. Only for images of groups.</summary>
    public Optional<Guid?> GroupId { get; init; }

    /// <summary>The new owner; null is not accepted. Only for users' images, including those in the trash.</summary>
    public Optional<Guid?> OwnerId { get; init; }

    internal Guid Id { get; init; }

    /// <summary>Returns a copy of this request with the id of the image.</summary>
    public UpdateImage WithId(Guid id) => this with { Id = id };
}

internal sealed class UpdateImageValidator : AbstractValidator<UpdateImage>
{
    public UpdateImageValidator()
    {
        RuleFor(image => image.Title.Value).OptionalText(Image.MaxTitleLength);
        RuleFor(image => image.Description.Value).OptionalText(Image.MaxDescriptionLength);
        RuleFor(image => image.FileName.Value).RequiredText(Domain.Images.FileName.MaxLength).When(image => image.FileName.IsSet);
        RuleFor(image => image.Tags.Value).Tags();
        RuleFor(image => image.Rating.Value).Rating();
        RuleFor(image => image.TakenAt.Value)
            .SetValidator(new TextFormRule<UpdateImage>(TakenTime.Pattern, text => TakenTime.Read(text) is not null))
            .WithMessage(image => $"takenAt is '{image.TakenAt.Value}'; {TakenTime.Allowed}.");
        RuleFor(image => image.Rotate).Rotation();
        RuleFor(image => image.Focus.Value!.X).InclusiveBetween(0, 1).WithMessage("focus.x is {PropertyValue}; 0 to 1 is allowed.").When(image => image.Focus.Value is not null);
        RuleFor(image => image.Focus.Value!.Y).InclusiveBetween(0, 1).WithMessage("focus.y is {PropertyValue}; 0 to 1 is allowed.").When(image => image.Focus.Value is not null);
        RuleFor(image => image.GroupId.Value).NotNull().WithMessage("groupId is null; an image of a group must stay in a group.").When(image => image.GroupId.IsSet);
        RuleFor(image => image.OwnerId.Value).NotNull().WithMessage("ownerId is null; a user's image must have an owner.").When(image => image.OwnerId.IsSet);
        RuleFor(image => image.OwnerId)
            .Must((image, owner) => !owner.IsSet || !image.GroupId.IsSet)
            .WithMessage("ownerId and groupId exclude each other: an image belongs to a user or to a group.");
    }
}

internal sealed class UpdateImageHandler(IImageHubDb db, ICaller caller, ImageRotation rotation, TimeProvider clock) : IRequestHandler<UpdateImage, ImageDetails>
{
    public async Task<ImageDetails> Handle(UpdateImage request, CancellationToken cancellationToken)
    {
        EnsureForCurators(request);
        var change = new Change(
            await db.ToNfcAsync(request.Title.Value, cancellationToken),
            await db.ToNfcAsync(request.Description.Value, cancellationToken),
            await db.NormalizeTagsAsync(request.Tags.Value ?? [], cancellationToken),
            request.FileName.IsSet ? await db.ToFileNameAsync(request.FileName.Value, cancellationToken) : null);
        var targetGroupId = request.OwnerId.Value is { } ownerId
            ? await db.OwnGroups().Where(group => group.OwnerId == ownerId).Select(group => (Guid?)group.Id).SingleOrDefaultAsync(cancellationToken)
            : request.GroupId.Value;
        await using var changes = await ImageChanges.BeginAsync(db, [request.Id], clock, cancellationToken, targetGroupId);
        await db.EnsureMayEditAsync(caller, changes.Any(request.Id), cancellationToken);
        var image = await ApplyAsync(changes, request, change, targetGroupId, cancellationToken);
        await changes.CommitAsync(cancellationToken);
        if (request.Rotate is { } degrees)
        {
            await rotation.RotateAsync(caller, image.Id, degrees);
            image = await db.AllImages.SingleOrDefaultAsync(row => row.Id == image.Id, cancellationToken) ?? throw ProblemException.NotFound("image");
        }

        return await db.WithAccountAsync(ImageDetails.From(image, await db.FindViewAsync(caller, image.GroupId, cancellationToken), caller.IsCurator), cancellationToken);
    }

    /// <exception cref="ProblemException">403 if the request contains a field that contributors may not set.</exception>
    private void EnsureForCurators(UpdateImage request)
    {
        var field = request switch
        {
            { GroupId.IsSet: true } => "groupId",
            { OwnerId.IsSet: true } => "ownerId",
            { Rating.IsSet: true } => "rating",
            _ => null,
        };
        if (field is not null && !caller.IsCurator)
        {
            throw new ProblemException(Problems.Forbidden, $"{field} is for admins and editors only.");
        }
    }

    private static async Task<Image> ApplyAsync(ImageChanges changes, UpdateImage request, Change change, Guid? targetGroupId, CancellationToken cancellationToken)
    {
        // An image in the trash can only be transferred to another owner, optionally under a new file name.
        var isTransferOnly = request is
        {
            OwnerId.IsSet: true, Title.IsSet: false, Description.IsSet: false, Tags.IsSet: false, Focus.IsSet: false, Rating.IsSet: false, TakenAt.IsSet: false, Rotate: null,
        };
        var image = isTransferOnly ? changes.Any(request.Id) : changes.Live(request.Id);
        if (request.Rotate is not null)
        {
            ImageRotation.EnsurePossible(image);
        }

        if (request.Title.IsSet)
        {
            image.Retitle(change.Title);
        }

        if (request.Description.IsSet)
        {
            image.Describe(change.Description);
        }

        if (request.Tags.IsSet)
        {
            image.Tag(change.Tags);
        }

        if (request.Rating.IsSet)
        {
            image.Rate(request.Rating.Value);
        }

        if (request.TakenAt.IsSet)
        {
            var read = request.TakenAt.Value is { } text ? TakenTime.Read(text) : null;
            image.SetTakenAt(read?.Time, read?.Offset);
        }

        if (request.Focus.IsSet)
        {
            image.FocusOn(request.Focus.Value);
        }

        var newName = change.FileName is { } name ? FileName.WithExtensionFor(name, image.Format) : null;
        if (request.GroupId.Value is { } groupId)
        {
            await changes.MoveAsync(image.Id, groupId, newName, cancellationToken);
        }
        else if (request.OwnerId.Value is { } ownerId)
        {
            await changes.TransferOwnershipAsync(image.Id, ownerId, targetGroupId, newName, cancellationToken);
        }
        else if (newName is not null)
        {
            await changes.RenameAsync(image, newName, cancellationToken);
        }

        changes.Touch(image, request.Rotate is not null);
        return image;
    }

    /// <summary>The normalized texts of the request.</summary>
    private sealed record Change(string? Title, string? Description, IReadOnlyList<string> Tags, string? FileName);
}
