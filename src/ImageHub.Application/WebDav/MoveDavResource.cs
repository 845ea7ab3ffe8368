using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Requests;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Moves or renames a folder or file. A folder or image at the destination is moved to the trash; a placeholder there is deleted.</summary>
/// <param name="Path">The address.</param>
/// <param name="Destination">The new address.</param>
/// <param name="MayOverwrite">Whether something at the destination may be replaced.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record MoveDavResource(DavPath Path, DavPath Destination, bool MayOverwrite, DavConditions Conditions) : IRequest<DavTransferResult>;

/// <summary>A moved or copied folder or file.</summary>
/// <param name="IsNew">Whether nothing was at the destination before.</param>
public sealed record DavTransferResult(bool IsNew);

internal sealed class MoveDavResourceHandler(
    IImageHubDb db, DavTree tree, DavDestinations destinations, DavLocks locks, DavFiles files, DavRemoval removal, DavJunk junk, IMediator mediator, ICaller caller, TimeProvider clock)
    : IRequestHandler<MoveDavResource, DavTransferResult>
{
    public async Task<DavTransferResult> Handle(MoveDavResource request, CancellationToken cancellationToken)
    {
        if (await junk.TryTransferAsync(request.Path, request.Destination, request.MayOverwrite, isMove: true, cancellationToken) is { } isNew)
        {
            return new DavTransferResult(isNew);
        }

        var to = await destinations.FindAsync(request.Path, request.Destination, request.MayOverwrite, isMove: true, withContent: true, request.Conditions, cancellationToken);
        switch (to.Source.File)
        {
            case null:
                await MoveFolderAsync(to, request, cancellationToken);
                break;
            case { ImageId: { } imageId, Name: var name }:
                await MoveImageAsync(imageId, name, to, request, cancellationToken);
                break;
            case { PlaceholderId: { } placeholderId }:
                await MovePlaceholderAsync(placeholderId, to, request, cancellationToken);
                break;
        }

        return new DavTransferResult(to.Existing is null);
    }

    private async Task MoveFolderAsync(DavDestination to, MoveDavResource request, CancellationToken cancellationToken)
    {
        caller.EnsureAdminKey("Moving folders needs a key with the scope 'admin'.");
        if (to.Existing is { IsFolder: false })
        {
            await RemoveAsync(to.Existing, to, request, cancellationToken);
        }

        var groupId = to.Source.Folder.GroupId!.Value;
        var name = await db.Groups.Where(group => group.Id == groupId).Select(group => group.FolderName).SingleOrDefaultAsync(cancellationToken);
        var update = new UpdateGroup
        {
            // If only the parent changes, the title stays, because visitors see it. The folder name of a second group 'Harbour' is 'Harbour (2)', which is not
            // its title.
            Title = name == to.StoredName || name == to.Segment ? default : new Optional<string>(to.Title),
            ParentId = to.IsSameFolder ? default : new Optional<Guid?>(to.Parent.GroupId),
            Replaced = to.ReplacedGroupId is { } replacedId ? new ReplacedFolder(replacedId, [to.StoredName, to.Segment]) : null,
            NewFolderName = name == to.Segment ? name : to.StoredName,
            Check = () => UnlockAsync(to, request, cancellationToken),
        };
        try
        {
            await mediator.Send(update.WithId(groupId), cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.MethodNotAllowed)
        {
            throw DavProblems.FolderAppeared(to.Segment, request.MayOverwrite);
        }

        if (to.ReplacedGroupId is not null)
        {
            await removal.RemovePlaceholdersAndLocksAsync(to.Existing!.Folder, CancellationToken.None);
        }
    }

    /// <summary>In one transaction, moves an image and trashes the image that it replaces.</summary>
    private async Task MoveImageAsync(Guid imageId, string name, DavDestination to, MoveDavResource request, CancellationToken cancellationToken)
    {
        caller.EnsureAdminKey("Moving images needs a key with the scope 'admin'.");
        var groupId = to.Parent.GroupId ?? throw DavFiles.NotInRoot();
        var former = to.Existing?.File is { ImageId: not null } file ? file : null;
        try
        {
            await using var changes = await ImageChanges.BeginAsync(db, former?.ImageId is { } id ? [imageId, id] : [imageId], clock, cancellationToken, groupId);
            await UnlockAsync(to, request, cancellationToken);
            if (to.Existing is { File.PlaceholderId: not null })
            {
                await locks.RemoveAsync(to.Existing, cancellationToken);
            }

            var image = changes.FindLiveAt(imageId, to.Source.Folder.GroupId!.Value, name) ?? throw DavProblems.Gone(name, request.Conditions);
            if (former is not null && changes.FindLiveAt(former.ImageId!.Value, groupId, former.Name) is { } replaced)
            {
                await changes.MoveOntoAsync(imageId, replaced, to.FileName, cancellationToken);
            }
            else
            {
                await changes.MoveAsync(imageId, groupId, to.FileName, cancellationToken);
            }

            changes.Touch(image);
            await changes.CommitAsync(cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.DuplicateFileName && !request.MayOverwrite)
        {
            throw DavProblems.OverwriteForbidden();
        }

        if (to.Existing is { File.PlaceholderId: { } placeholderId })
        {
            // No second check of locks: the image is already stored at this address.
            await files.DeletePlaceholderAsync(placeholderId, check: null, CancellationToken.None);
        }
    }

    private async Task MovePlaceholderAsync(Guid placeholderId, DavDestination to, MoveDavResource request, CancellationToken cancellationToken)
    {
        if (to.Existing is { IsFolder: true })
        {
            await RemoveAsync(to.Existing, to, request, cancellationToken);
        }

        await files.MovePlaceholderAsync(placeholderId, to.Parent, to.FileName, CheckAsync, cancellationToken);

        async Task CheckAsync()
        {
            await UnlockAsync(to, request, cancellationToken);
            if (!request.MayOverwrite && await tree.FindFileAsync(to.Parent, to.FileName, cancellationToken) is not null)
            {
                throw DavProblems.OverwriteForbidden();
            }
        }
    }

    private Task RemoveAsync(DavResource existing, DavDestination to, MoveDavResource request, CancellationToken cancellationToken) =>
        removal.RemoveAsync(existing, request.Conditions, () => EnsureUnlockedAsync(to, request, cancellationToken), cancellationToken);

    /// <summary>Checks the locks, and removes those of the source: a lock belongs to an address and does not move (RFC 4918, section 7.6).</summary>
    private async Task UnlockAsync(DavDestination to, MoveDavResource request, CancellationToken cancellationToken)
    {
        await EnsureUnlockedAsync(to, request, cancellationToken);
        await locks.RemoveAsync(to.Source, cancellationToken);
    }

    private Task EnsureUnlockedAsync(DavDestination to, MoveDavResource request, CancellationToken cancellationToken) =>
        destinations.EnsureUnlockedAsync(to, isMove: true, request.Conditions, cancellationToken);
}
