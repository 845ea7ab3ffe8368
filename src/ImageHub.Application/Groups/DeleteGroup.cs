using ImageHub.Application.Database;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Moves a group and its images to the trash.</summary>
/// <param name="Id">Which group.</param>
public sealed record DeleteGroup(Guid Id) : IRequest;

internal sealed class DeleteGroupHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<DeleteGroup>
{
    public async Task<Unit> Handle(DeleteGroup request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.LockLiveGroupAsync(request.Id, cancellationToken);
        await using var _ = transaction;
        DateTimeOffset? now = clock.Now();
        var ids = await db.Images
            .Where(image => image.GroupId == group.Id && image.DeletedAt == null && image.PerceptualHash != null)
            .Select(image => image.Id)
            .ToListAsync(cancellationToken);
        await db.Images
            .Where(image => image.GroupId == group.Id && image.DeletedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(image => image.DeletedAt, now).SetProperty(image => image.TrashedWithGroup, true), cancellationToken);
        await db.CompareWithoutAsync(ids, cancellationToken);
        group.Trash(now.Value);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
