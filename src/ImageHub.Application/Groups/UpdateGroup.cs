using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Application.WebDav;
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

    /// <summary>Whether visitors see the group, as long as all groups above it are published; null is not accepted.</summary>
    public Optional<bool?> IsPublished { get; init; }

    /// <summary>The product's id; at most 200 characters.</summary>
    public Optional<string> ProductId { get; init; }

    /// <summary>The id of the cover, an image of the group; null: the first image.</summary>
    public Optional<Guid?> CoverImageId { get; init; }

    /// <summary>
    /// The name in the page's address: 1–80 characters <c>a</c>–<c>z</c>, <c>0</c>–<c>9</c> and hyphens, not in the form of an id, and unique; null: the slug
    /// follows the title again. Former addresses redirect to the current one.
    /// </summary>
    public Optional<string> Slug { get; init; }

    /// <summary>
    /// The files that visitors may download: <c>full</c> allows all, <c>high</c> only the high rendition, <c>none</c> nothing; null is not accepted. Visitors'
    /// archives that contain more than is now allowed become unavailable.
    /// </summary>
    public Optional<Downloads?> Downloads { get; init; }

    /// <summary>
    /// Whether visitors get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark; null is not accepted. True excludes the full size:
    /// <c>downloads</c> must be <c>high</c> or <c>none</c>.
    /// </summary>
    public Optional<bool?> Watermark { get; init; }

    /// <summary>The id of the group directly above; null: the first level. All groups below move with the group. There are at most five levels.</summary>
    public Optional<Guid?> ParentId { get; init; }

    internal Guid Id { get; init; }

    /// <summary>A folder that is moved to the trash in the same transaction, so that this group can take its name in WebDAV; null for none.</summary>
    internal ReplacedFolder? Replaced { get; init; }

    /// <summary>The name of the folder in WebDAV, which no other group below the same parent may have; null: the database finds a free name.</summary>
    internal string? NewFolderName { get; init; }

    /// <summary>A check that runs in the transaction, after the group's row is locked; throws to cancel the update. Null for no check.</summary>
    internal Func<Task>? Check { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public UpdateGroup WithId(Guid id) => this with { Id = id };
}

/// <summary>A WebDAV folder that another folder replaces.</summary>
/// <param name="Id">The folder's group.</param>
/// <param name="Names">
/// The expected names. The folder is replaced only if it has one of these names and is directly below the new parent of the group that replaces it.
/// </param>
internal sealed record ReplacedFolder(Guid Id, IReadOnlyList<string> Names);

internal sealed class UpdateGroupValidator : AbstractValidator<UpdateGroup>
{
    public UpdateGroupValidator()
    {
        RuleFor(group => group.Title.Value).RequiredText(Group.MaxTitleLength).When(group => group.Title.IsSet);
        RuleFor(group => group.Description.Value).OptionalText(Group.MaxDescriptionLength);
        RuleFor(group => group.IsPublished.Value).NotNull().WithMessage("isPublished is null; true or false are allowed.").When(group => group.IsPublished.IsSet);
        RuleFor(group => group.Downloads.Value).NotNull().WithMessage("downloads is null; full, high and none are allowed.").When(group => group.Downloads.IsSet);
        RuleFor(group => group.Watermark.Value).NotNull().WithMessage("watermark is null; true or false are allowed.").When(group => group.Watermark.IsSet);
        RuleFor(group => group.ProductId.Value).OptionalText(Group.MaxProductIdLength);
        RuleFor(group => group.Slug.Value).Slug();
    }
}

internal sealed class UpdateGroupHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<UpdateGroup, GroupResponse>
{
    public async Task<GroupResponse> Handle(UpdateGroup request, CancellationToken cancellationToken)
    {
        var title = await db.ToNfcAsync(request.Title.Value?.Trim(), cancellationToken);
        var description = await db.ToNfcAsync(request.Description.Value, cancellationToken);
        var productId = await db.ToNfcAsync(request.ProductId.Value, cancellationToken);
        var isPlaced = request.ParentId.IsSet || request.IsPublished.IsSet || request.Replaced is not null;
        var (transaction, found) = isPlaced
            ? await db.Locks.LockGroupWithGroupsBelowAsync(request.Id, cancellationToken, request.Replaced?.Id)
            : await db.Locks.LockGroupAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        var group = found is { DeletedAt: null } ? found : throw ProblemException.NotFound("group");
        await (request.Check?.Invoke() ?? Task.CompletedTask);
        if (request.Replaced is not null && await FindReplacedAsync(request.Replaced, group, request.ParentId.IsSet ? request.ParentId.Value : group.ParentId, cancellationToken) is { } replaced)
        {
            // Trashes the replaced group before the other changes, so that the folder's name is free.
            await db.TrashAsync(replaced, clock.Now(), cancellationToken);
        }

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

        var rights = new VisitorRights(request.Downloads.Value ?? group.Downloads, request.Watermark.Value ?? group.HasWatermark);
        if (rights != group.Rights)
        {
            await GrantAsync(group, rights, cancellationToken);
        }

        if (isPlaced)
        {
            var parentId = request.ParentId.IsSet ? request.ParentId.Value : group.ParentId;
            if (request.ParentId.IsSet && parentId is { } newParentId)
            {
                // The foreign key shares the row, too, but only after the slugs' lock.
                await db.Locks.ShareGroupAsync(newParentId, cancellationToken);
            }

            group.Place(await ParentGroup.FindForMoveAsync(db, group, parentId, cancellationToken), request.IsPublished.Value ?? group.PublishedSetting);
        }

        var slug = request.Slug.Value;
        var isMoved = request.Slug.IsSet && slug != group.Slug && (slug is not null || group.HasOwnSlug);
        if (isMoved && slug is not null)
        {
            await EnsureSlugIsFreeAsync(slug, group.Id, cancellationToken);
        }

        if (db.ChangeTracker.HasChanges() || isMoved)
        {
            group.Touch(clock.Now());
        }

        // Setting the current slug only stops the slug from following the title. Visitors see no difference, so the time of the last change stays.
        if (isMoved || slug is not null)
        {
            group.SetSlug(slug);
        }

        if (request.NewFolderName is { } folderName)
        {
            await db.EnsureFolderIsNewAsync(folderName, request.ParentId.IsSet ? request.ParentId.Value : group.ParentId, group.Id, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        if (request.NewFolderName is not null)
        {
            // If neither title nor parent changed, the trigger kept the numbered name. Null makes the trigger assign the free name.
            await db.Groups.Where(row => row.Id == group.Id && row.FolderName != request.NewFolderName).ExecuteUpdateAsync(set => set.SetProperty(row => row.FolderName, (string?)null), cancellationToken);
        }

        if (isPlaced)
        {
            await db.GroupTree.AlignGroupsBelowAsync(group.Id, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (await db.SingleAsync(db.Groups.Where(row => row.Id == group.Id), caller, clock.Now(), cancellationToken))!;
    }

    /// <summary>Finds the group of the folder to replace; null if the folder was renamed, moved or deleted in the meantime. Then nothing is replaced.</summary>
    /// <exception cref="ProblemException">409 <c>groupCircle</c> if this group was moved into the replaced folder.</exception>
    private async Task<Group?> FindReplacedAsync(ReplacedFolder folder, Group group, Guid? parentId, CancellationToken cancellationToken)
    {
        var found = await db.Groups.AsTracking().SingleOrDefaultAsync(
            row => row.Id == folder.Id && row.DeletedAt == null && row.ParentId == parentId && folder.Names.Contains(row.FolderName!), cancellationToken);
        return found is null || !group.Path.Contains(found.Id)
            ? found
            : throw new ProblemException(Problems.GroupCircle, $"'{group.Title}' was moved into the folder that it would replace.");
    }

    private async Task GrantAsync(Group group, VisitorRights rights, CancellationToken cancellationToken)
    {
        await db.EnsureMayGrantAsync(rights.Downloads, rights.HasWatermark, cancellationToken);
        group.Grant(rights);
        await db.Images
            .Where(image => image.GroupId == group.Id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.Downloads, rights.Downloads).SetProperty(image => image.HasWatermark, rights.HasWatermark), cancellationToken);
    }

    private async Task EnsureSlugIsFreeAsync(string slug, Guid groupId, CancellationToken cancellationToken)
    {
        await db.Locks.LockSlugsAsync(cancellationToken);
        if (await db.Groups.Where(group => group.Slug == slug && group.DeletedAt == null && group.Id != groupId).Select(group => (Guid?)group.Id).SingleOrDefaultAsync(cancellationToken) is { } taken)
        {
            throw new ProblemException(Problems.DuplicateSlug, $"Another group has the address '{slug}'.") { ExistingId = taken };
        }
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
