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

internal sealed class DeleteDavResourceHandler(DavTree tree, DavLocks locks, DavRemoval removal, DavJunk junk, DavProtection protection) : IRequestHandler<DeleteDavResource>
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
            // Before clients delete a folder, they delete the files that they have sent to it, even if the server no longer stores these files' sizes.
            return request.Path.IsJunk ? Unit.Value : throw DavProblems.NotFound();
        }

        await locks.EnsureConditionsHoldAsync(place, request.Conditions, cancellationToken);
        await locks.EnsureUnlockedAsync(found.Folder, found.File?.Name, request.Conditions, isAddedOrRemoved: true, cancellationToken);
        if (found.File is { ImageId: not null, Name: var name } && name != place.Segment)
        {
            throw DavProblems.NotStoredName(place.Segment, name);
        }

        // Finder writes an empty file before the content, and deletes it when the user cancels.
        var isEmpty = found.File is { PlaceholderId: not null, Bytes: 0 };
        if (!isEmpty && !request.Conditions.HasETags)
        {
            await protection.EnsureUnprotectedAsync(place, cancellationToken);
        }

        await removal.RemoveAsync(
            found, request.Conditions, () => locks.EnsureUnlockedAsync(found.Folder, found.File?.Name, request.Conditions, isAddedOrRemoved: true, cancellationToken), cancellationToken);
        return Unit.Value;
    }
}

/// <summary>Removes folders and files that are deleted or replaced.</summary>
internal sealed class DavRemoval(IImageHubDb db, DavLocks locks, DavFiles files, UploadCompletion completion, IMediator mediator, ICaller caller, TimeProvider clock)
{
    /// <summary>Moves a folder or an image to the trash, or deletes a placeholder, and removes their locks.</summary>
    /// <param name="found">The folder or file.</param>
    /// <param name="conditions">The request's conditions.</param>
    /// <param name="check">Repeats the check of locks in the transaction.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 403 for the root and a user's own folder, and for an image or folder that the key may not delete; for an image that was changed meanwhile 412 or 404
    /// (<see cref="DavProblems.Gone"/>); 423 from the check.
    /// </exception>
    public async Task RemoveAsync(DavResource found, DavConditions conditions, Func<Task> check, CancellationToken cancellationToken)
    {
        if (found.File is { PlaceholderId: { } placeholderId })
        {
            await files.DeletePlaceholderAsync(placeholderId, UnlockAsync, cancellationToken);
        }
        else if (found.File is { ImageId: { } imageId, Name: var name })
        {
            caller.EnsureAdminKey("Deleting images needs a key with the scope 'admin'.");
            await using var changes = await ImageChanges.BeginAsync(db, [imageId], clock, cancellationToken);
            await UnlockAsync();
            changes.Delete((changes.FindLiveAt(imageId, found.Folder.GroupId!.Value, name) ?? throw DavProblems.Gone(name, conditions)).Id);
            await changes.CommitAsync(cancellationToken);
        }
        else
        {
            await RemoveFolderAsync(found.Folder, UnlockAsync, cancellationToken);
        }

        async Task UnlockAsync()
        {
            await check();
            await locks.RemoveAsync(found, cancellationToken);
        }
    }

    /// <summary>Deletes the caller's placeholders and the locks in a folder if it is in the trash. A folder that was renamed meanwhile keeps them.</summary>
    public async Task RemovePlaceholdersAndLocksAsync(DavFolder folder, CancellationToken cancellationToken)
    {
        if (!await db.Groups.AnyAsync(group => group.Id == folder.GroupId && group.DeletedAt != null, cancellationToken))
        {
            return;
        }

        await RemovePlaceholdersAsync(folder.GroupId!.Value, cancellationToken);
        await locks.RemoveAsync(new DavResource(folder, null), cancellationToken);
    }

    private async Task RemoveFolderAsync(DavFolder folder, Func<Task> check, CancellationToken cancellationToken)
    {
        if (folder.GroupId is not { } groupId || folder.IsOwn)
        {
            throw new ProblemException(Problems.Forbidden, $"'{folder.Href}' cannot be deleted.");
        }

        await mediator.Send(new DeleteGroup(groupId) { Check = check }, cancellationToken);
        await RemovePlaceholdersAsync(groupId, cancellationToken);
    }

    private async Task RemovePlaceholdersAsync(Guid groupId, CancellationToken cancellationToken)
    {
        await using (var transaction = await db.Locks.LockWebDavAsync(cancellationToken))
        {
            await db.Placeholders
                .Where(file => file.AccountId == caller.UserId && (file.GroupId == groupId || db.AllGroups.Any(group => group.Id == file.GroupId && QueryFunctions.Contains(group.Path, groupId))))
                .ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
    }
}
