using ImageHub.Application.Database;
using MediatR;

namespace ImageHub.Application.Groups;

/// <summary>The key by which a group's images are sorted.</summary>
public enum ImageSortKey
{
    /// <summary>When the image was taken, in the camera's local time; if unknown, when it was uploaded.</summary>
    TakenAt,

    /// <summary>The file name, case-insensitive, with numbers by their value.</summary>
    FileName,

    /// <summary>When the image was uploaded.</summary>
    CreatedAt,
}

/// <summary>Sorts a group's images once. Images uploaded later are added at the end, as before.</summary>
/// <param name="By"><c>takenAt</c>, <c>fileName</c> or <c>createdAt</c>. Images with equal values are sorted by file name.</param>
/// <param name="Descending">Whether the order is descending.</param>
public sealed record SortGroupImages(ImageSortKey By, bool Descending = false) : IRequest
{
    internal Guid GroupId { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public SortGroupImages WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

internal sealed class SortGroupImagesHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<SortGroupImages>
{
    public async Task<Unit> Handle(SortGroupImages request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.Locks.LockLiveGroupAsync(request.GroupId, cancellationToken);
        await using var _ = transaction;
        await db.RowOrder.SortImagesAsync(group.Id, request.By, request.Descending, cancellationToken);
        group.Touch(clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
