using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Trash;

/// <summary>Lists the items in the trash, latest deletion first: groups and images, except items that were deleted with a group.</summary>
public sealed record ListTrash : PageQuery, IRequest<Page<TrashItem>>;

/// <summary>The kind of an item in the trash.</summary>
public enum TrashKind
{
    /// <summary>A group with the groups below it and the images that were deleted with it.</summary>
    Group,

    /// <summary>An image.</summary>
    Image,
}

/// <summary>An item in the trash.</summary>
/// <param name="Kind"><c>group</c> or <c>image</c>.</param>
/// <param name="Id">The item's id.</param>
/// <param name="GroupId">The image's group; null for a group and for a user's image.</param>
/// <param name="Title">The item's title, or null.</param>
/// <param name="FileName">The image's file name; null for a group.</param>
/// <param name="DeletedAt">The time of the deletion.</param>
/// <param name="PurgesAt">The time of the permanent deletion.</param>
public sealed record TrashItem(TrashKind Kind, Guid Id, Guid? GroupId, string? Title, string? FileName, DateTimeOffset DeletedAt, DateTimeOffset PurgesAt);

internal sealed class ListTrashValidator : PageQueryValidator<ListTrash>;

internal sealed class ListTrashHandler(IImageHubDb db, IOptions<TrashOptions> options) : IRequestHandler<ListTrash, Page<TrashItem>>
{
    private static readonly Keyset<TrashRow> Order = Keyset<TrashRow>.By("deletedAt", row => row.DeletedAt, row => row.Id, descending: true);

    public async Task<Page<TrashItem>> Handle(ListTrash request, CancellationToken cancellationToken)
    {
        var images = db.AllImages
            .Where(image => image.DeletedAt != null && !image.TrashedWithGroup)
            .Select(image => new TrashRow
            {
                Kind = TrashKind.Image,
                Id = image.Id,
                GroupId = image.OwnerId == null ? image.InboxOf ?? image.GroupId : null,
                Title = image.Title,
                FileName = image.FileName,
                DeletedAt = image.DeletedAt!.Value,
            });
        var groups = db.Groups
            .Where(group => group.DeletedAt != null && group.TrashedWithId == null)
            .Select(group => new TrashRow
            {
                Kind = TrashKind.Group,
                Id = group.Id,
                GroupId = group.Id,
                Title = group.Title,
                FileName = null,
                DeletedAt = group.DeletedAt!.Value,
            });
        var kept = TimeSpan.FromDays(options.Value.KeepDays);

        // The cursor form reads at most one page from each table, using the table's index. Sorting both tables would become slower as the trash grows.
        var all = request.IsCursorForm
            ? Order.Page(images, request).Concat(Order.Page(groups, request))
            : images.Concat(groups);
        var page = await all.ListAsync(request, Order, row => row, cancellationToken);
        return page.WithItems([.. page.Items.Select(row =>
            new TrashItem(row.Kind, row.Id, row.Kind == TrashKind.Image ? row.GroupId : null, row.Title, row.FileName, row.DeletedAt, row.DeletedAt + kept))]);
    }

    private sealed class TrashRow
    {
        public required TrashKind Kind { get; init; }

        public required Guid Id { get; init; }

        public required Guid? GroupId { get; init; }

        public required string? Title { get; init; }

        public required string? FileName { get; init; }

        public required DateTimeOffset DeletedAt { get; init; }
    }
}
