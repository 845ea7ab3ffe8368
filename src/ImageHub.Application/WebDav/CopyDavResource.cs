using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Variants;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.WebDav;

/// <summary>
/// Copies a folder or file. A copied image goes through the upload pipeline as a new image; a copied folder is hidden. A folder or image at the destination is
/// moved to the trash; a placeholder is deleted or overwritten.
/// </summary>
/// <param name="Path">The address.</param>
/// <param name="Destination">The address of the copy.</param>
/// <param name="MayOverwrite">Whether something at the destination may be replaced.</param>
/// <param name="WithContent">Whether the content of a folder is copied, too.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record CopyDavResource(DavPath Path, DavPath Destination, bool MayOverwrite, bool WithContent, DavConditions Conditions) : IRequest<DavTransferResult>;

internal sealed class CopyDavResourceHandler(
    IImageHubDb db, DavTree tree, DavDestinations destinations, DavFiles files, DavRemoval removal, ImageBytes bytes, DavJunk junk, AccountThrottle throttle, IMediator mediator, ICaller caller, ILogger<CopyDavResourceHandler> logger)
    : IRequestHandler<CopyDavResource, DavTransferResult>
{
    /// <summary>The maximum number of images that one request copies, because each is rendered anew.</summary>
    private const int MaxImages = 1_000;

    public async Task<DavTransferResult> Handle(CopyDavResource request, CancellationToken cancellationToken)
    {
        if (await junk.TryTransferAsync(request.Path, request.Destination, request.MayOverwrite, isMove: false, cancellationToken) is { } isNew)
        {
            return new DavTransferResult(isNew);
        }

        var to = await destinations.FindAsync(request.Path, request.Destination, request.MayOverwrite, isMove: false, request.WithContent, request.Conditions, cancellationToken);
        if (to.Source.File is { } file)
        {
            if (to.Existing is { IsFolder: true })
            {
                await RemoveAsync(to, request, cancellationToken);
            }

            var expected = request.Conditions.HasETags || !request.MayOverwrite ? new ExpectedDavFile(to.Existing?.File?.ETag) : null;
            await CopyFileAsync(to.Source, file, to.Parent, to.Segment, to.FileName, request.Conditions, expected, cancellationToken);
        }
        else
        {
            caller.EnsureAdminKey("Copying folders needs a key with the scope 'admin'.");
            if (request.WithContent)
            {
                await EnsureImageLimitAsync(to.Source.Folder.GroupId!.Value, cancellationToken);
            }

            if (to.Existing is { IsFolder: false })
            {
                await RemoveAsync(to, request, cancellationToken);
            }

            await CopyFolderAsync(to, request, cancellationToken);
        }

        return new DavTransferResult(to.Existing is null);
    }

    private Task RemoveAsync(DavDestination to, CopyDavResource request, CancellationToken cancellationToken) => removal.RemoveAsync(
        to.Existing!, request.Conditions, () => destinations.EnsureUnlockedAsync(to, isMove: false, request.Conditions, cancellationToken), cancellationToken);

    private async Task EnsureImageLimitAsync(Guid groupId, CancellationToken cancellationToken)
    {
        var images = await db.Groups.Where(group => group.DeletedAt == null && (group.Id == groupId || QueryFunctions.Contains(group.Path, groupId))).SumAsync(group => group.ImageCount, cancellationToken);
        if (images > MaxImages)
        {
            throw new ProblemException(Problems.Forbidden, $"The folder has {images} images; at most {MaxImages} are copied at once.");
        }
    }

    /// <summary>Copies a folder. If the copy replaces another folder, it has a numbered name until it is complete.</summary>
    private async Task CopyFolderAsync(DavDestination to, CopyDavResource request, CancellationToken cancellationToken)
    {
        DavFolder? copy = null;
        var isReplacing = false;
        try
        {
            // The entries are listed before the copy exists, because the copy may be created in the same folder.
            var entries = request.WithContent ? await ListAsync(to.Source.Folder, cancellationToken) : [];
            copy = await CreateFolderAsync(to.Source.Folder, to.Parent, to.Title, to.ReplacedGroupId is null ? to.StoredName : null, cancellationToken);
            await files.CopyPropertiesAsync(to.Source, new DavResource(copy, null), cancellationToken);
            await CopyEntriesAsync(entries, copy, request.Conditions, cancellationToken);
            if (to.ReplacedGroupId is { } replacedId)
            {
                var update = new UpdateGroup
                {
                    Replaced = new ReplacedFolder(replacedId, [to.StoredName, to.Segment]),
                    NewFolderName = to.StoredName,
                    Check = () => destinations.EnsureUnlockedAsync(to, isMove: false, request.Conditions, CancellationToken.None),
                };

                // The update is not cancelled, because its commit moves the former folder to the trash.
                isReplacing = true;
                await mediator.Send(update.WithId(copy.GroupId!.Value), CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            if (copy is not null)
            {
                await TryTrashAsync(copy, isReplacing ? to.StoredName : null);
            }

            if (exception is ProblemException problem && problem.Problem == Problems.MethodNotAllowed)
            {
                throw DavProblems.FolderAppeared(to.Segment, request.MayOverwrite);
            }

            throw;
        }

        if (to.ReplacedGroupId is not null)
        {
            await removal.RemovePlaceholdersAndLocksAsync(to.Existing!.Folder, CancellationToken.None);
        }
    }

    /// <summary>Moves a failed copy to the trash, unless it has already replaced the former folder.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="replacedName">The name of the former folder if the copy may have replaced it, or null.</param>
    private async Task TryTrashAsync(DavFolder copy, string? replacedName)
    {
        try
        {
            db.ChangeTracker.Clear();
            if (replacedName is not null && await db.Groups.AnyAsync(group => group.Id == copy.GroupId && group.FolderName == replacedName, CancellationToken.None))
            {
                return;
            }

            await mediator.Send(new DeleteGroup(copy.GroupId!.Value), CancellationToken.None);
            await removal.RemovePlaceholdersAndLocksAsync(copy, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // This error is only logged, because the client needs the error of the copy.
            logger.LogError(exception, "A folder that was not copied completely could not be moved to the trash");
        }
    }

    private async Task<List<DavResource>> ListAsync(DavFolder folder, CancellationToken cancellationToken)
    {
        var entries = new List<DavResource>();
        await foreach (var page in tree.ListAsync(folder, cancellationToken))
        {
            entries.AddRange(page);
        }

        return entries;
    }

    private async Task<DavFolder> CreateFolderAsync(DavFolder from, DavFolder parent, string title, string? newFolderName, CancellationToken cancellationToken)
    {
        // A copy gives visitors no more rights than its source.
        var rights = await db.Groups.Where(group => group.Id == from.GroupId).Select(group => new { group.Downloads, group.HasWatermark }).SingleOrDefaultAsync(cancellationToken) ?? throw DavProblems.NotFound();
        var created = await mediator.Send(new CreateGroup(title, IsPublished: false, Downloads: rights.Downloads, Watermark: rights.HasWatermark, ParentId: parent.GroupId) { NewFolderName = newFolderName }, cancellationToken);
        var name = await db.Groups.Where(group => group.Id == created.Id).Select(group => group.FolderName!).SingleAsync(cancellationToken);
        return new DavFolder(created.Id, parent.GroupId is { } id ? [.. parent.AncestorIds, id] : [], $"{parent.HrefOf(name)}/", title, created.CreatedAt, created.UpdatedAt);
    }

    private async Task CopyEntriesAsync(IReadOnlyList<DavResource> entries, DavFolder copy, DavConditions conditions, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            if (entry.File is { } file)
            {
                await CopyFileAsync(entry, file, copy, file.Name, file.Name, conditions, expected: null, cancellationToken);
            }
            else
            {
                var below = await CreateFolderAsync(entry.Folder, copy, entry.Folder.Title, newFolderName: null, cancellationToken);
                await files.CopyPropertiesAsync(entry, new DavResource(below, null), cancellationToken);
                await CopyEntriesAsync(await ListAsync(entry.Folder, cancellationToken), below, conditions, cancellationToken);
            }
        }
    }

    private async Task CopyFileAsync(
        DavResource source, DavFile file, DavFolder folder, string requestedName, string name, DavConditions conditions, ExpectedDavFile? expected, CancellationToken cancellationToken)
    {
        await throttle.TakeAsync(Throttle.Uploads, 1, cancellationToken);
        await using var content = file.ImageId is { } imageId ? await OpenImageAsync(imageId, file, source.Folder, folder, cancellationToken) : files.OpenRead(file);
        using var received = await files.ReceiveAsync(folder, requestedName, name, content, file.Bytes, cancellationToken);
        await files.WriteAsync(received with { Conditions = conditions, Expected = expected }, cancellationToken);
        if (await tree.FindFileAsync(folder, received.StoredName, cancellationToken) is { } copy)
        {
            await files.CopyPropertiesAsync(source, new DavResource(folder, copy), cancellationToken);
        }
    }

    /// <summary>Opens the bytes of an image that is copied to another folder.</summary>
    private async Task<Stream> OpenImageAsync(Guid imageId, DavFile file, DavFolder from, DavFolder folder, CancellationToken cancellationToken)
    {
        caller.EnsureAdminKey("Copying images needs a key with the scope 'admin'.");
        if (from.GroupId == folder.GroupId)
        {
            throw new ProblemException(Problems.Forbidden, $"A folder contains an image only once; '{file.Name}' cannot be copied within its folder.");
        }

        var image = await db.Images.Where(row => row.Id == imageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken) ?? throw DavProblems.NotFound();
        image = await bytes.EnsureAsync(image, file.Variant);
        return bytes.OpenRead(image.FindObject(file.Variant));
    }
}
