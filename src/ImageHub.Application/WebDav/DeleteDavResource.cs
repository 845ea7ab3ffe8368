using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Moves a folder with its content, or an image, to the trash. A placeholder is deleted.</summary>
/// <param name="Path">The address.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record DeleteDavResource(DavPath Path, DavConditions Conditions) : IRequest;

internal sealed class DeleteDavResourceHandler(DavTree tree, DavLocks locks, DavRemoval removal, DavJunk junk) : IRequestHandler<DeleteDavResource>
{
    public async Task<Unit> Handle(DeleteDavResource request, CancellationToken cancellationToken)
    {
        if (await junk.TryRemoveAsync(request.Path, cancellationToken))
        {
            return Unit.Value;
        }

        var place = await tree.FindAsync(request.Path, cancellationToken);
        if (place.Resource is not { } found)
        {
            // Clients delete the files that they have sent before their folder, also after these files were forgotten.
            return request.Path.IsJunk ? Unit.Value : throw DavTree.NotFound();
        }

        await locks.EnsureHoldAsync(place, request.Conditions, cancellationToken);
        await locks.EnsureUnlockedAsync(found.Folder, found.File?.Name, request.Conditions, isMembershipChanged: true, cancellationToken);
        await removal.RemoveAsync(found, cancellationToken);
        return Unit.Value;
    }
}

/// <summary>Removes folders and files that are deleted or replaced.</summary>
internal sealed class DavRemoval(IImageHubDb db, DavLocks locks, DavFiles files, UploadCompletion completion, IMediator mediator, ICaller caller)
{
    /// <summary>Moves a folder or an image to the trash, or deletes a placeholder, and removes their locks.</summary>
    /// <exception cref="ProblemException">403 for the folders of <c>/dav/</c> that are no groups, and for a key that may not delete.</exception>
    public async Task RemoveAsync(DavResource found, CancellationToken cancellationToken)
    {
        if (found.File is { PlaceholderId: { } placeholderId })
        {
            await files.ChangePlaceholderAsync(placeholderId, null, cancellationToken);
        }
        else if (found.File is { ImageId: { } imageId, Name: var name })
        {
            caller.EnsureMay("deleting images");
            await mediator.Send(new DeleteImage(imageId) { Place = (found.Folder.GroupId!.Value, name) }, cancellationToken);
        }
        else
        {
            await RemoveFolderAsync(found.Folder, cancellationToken);
        }

        await locks.RemoveAsync(found, cancellationToken);
    }

    private async Task RemoveFolderAsync(DavFolder folder, CancellationToken cancellationToken)
    {
        if (folder.GroupId is not { } groupId || folder.IsOwn)
        {
            throw new ProblemException(Problems.Forbidden, $"'{folder.Href}' cannot be deleted.");
        }

        await mediator.Send(new DeleteGroup(groupId), cancellationToken);
        await using (var transaction = await db.Locks.LockWebDavAsync(cancellationToken))
        {
            await db.Placeholders
                .Where(file => file.AccountId == caller.UserId && (file.GroupId == groupId || db.AllGroups.Any(group => group.Id == file.GroupId && QueryFunctions.Contains(group.Path, groupId))))
                .ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DropPartsAsync(cancellationToken);
    }
}
