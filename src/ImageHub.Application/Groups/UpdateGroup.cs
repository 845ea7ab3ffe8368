using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Updates a group. Absent fields keep their values; null clears a field.</summary>
public sealed record UpdateGroup : IRequest<GroupResponse>
{
    /// <summary>1–200 characters; null is not accepted.</summary>
    public Optional<string> Title { get; init; }

    /// <summary>At most 10,000 characters.</summary>
    public Optional<string> Description { get; init; }

    /// <summary>Whether visitors see it; null is not accepted.</summary>
    public Optional<bool?> IsPublished { get; init; }

    /// <summary>The product's id; at most 200 characters.</summary>
    public Optional<string> ProductId { get; init; }

    /// <summary>The id of the cover, an image of the group; null: the first image.</summary>
    public Optional<Guid?> CoverImageId { get; init; }

    internal Guid Id { get; init; }

    /// <summary>Returns the same change for a group.</summary>
    public UpdateGroup WithId(Guid id) => this with { Id = id };
}

internal sealed class UpdateGroupValidator : AbstractValidator<UpdateGroup>
{
    public UpdateGroupValidator()
    {
        RuleFor(group => group.Title.Value).RequiredText(Group.MaxTitleLength).When(group => group.Title.IsSet);
        RuleFor(group => group.Description.Value).OptionalText(Group.MaxDescriptionLength);
        RuleFor(group => group.IsPublished.Value).NotNull().WithMessage("isPublished is null; true or false are allowed.").When(group => group.IsPublished.IsSet);
        RuleFor(group => group.ProductId.Value).OptionalText(Group.MaxProductIdLength);
    }
}

internal sealed class UpdateGroupHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<UpdateGroup, GroupResponse>
{
    public async Task<GroupResponse> Handle(UpdateGroup request, CancellationToken cancellationToken)
    {
        var title = await db.ToNfcAsync(request.Title.Value?.Trim(), cancellationToken);
        var description = await db.ToNfcAsync(request.Description.Value, cancellationToken);
        var productId = await db.ToNfcAsync(request.ProductId.Value, cancellationToken);
        var (transaction, group) = await db.Locks.LockLiveGroupAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        if (request.Title.IsSet)
        {
            group.Retitle(title!);
        }

        if (request.Description.IsSet)
        {
            group.Describe(description);
        }

        if (request.ProductId.IsSet)
        {
            group.SetProductId(productId);
        }

        if (request.CoverImageId.IsSet)
        {
            await CoverAsync(group, request.CoverImageId.Value, cancellationToken);
        }

        if (request.IsPublished.IsSet && request.IsPublished.Value != group.IsPublished)
        {
            var isPublished = request.IsPublished.Value!.Value;
            group.Publish(isPublished);
            await db.Images
                .Where(image => image.GroupId == group.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(image => image.IsPublished, isPublished), cancellationToken);
        }

        if (db.ChangeTracker.HasChanges())
        {
            group.Touch(clock.Now());
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (await db.SingleAsync(db.Groups.Where(row => row.Id == group.Id), caller, clock.Now(), cancellationToken))!;
    }

    private async Task CoverAsync(Group group, Guid? imageId, CancellationToken cancellationToken)
    {
        if (imageId is not null
            && !await db.Images.AnyAsync(image => image.Id == imageId && image.GroupId == group.Id && image.DeletedAt == null, cancellationToken))
        {
            throw ProblemException.Invalid("coverImageId", $"coverImageId is {imageId}; it must be an image of this group.");
        }

        group.Cover(imageId);
    }
}
