using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Variants;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>
/// Copies a folder or file. The copy of an image is a new image, which takes the way of every upload; the copy of a folder is hidden. A folder or file at the
/// destination is moved to the trash.
/// </summary>
/// <param name="Path">The address.</param>
/// <param name="Destination">The address of the copy.</param>
/// <param name="MayOverwrite">Whether something at the destination may be replaced.</param>
/// <param name="WithContent">Whether the content of a folder is copied, too.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record CopyDavResource(DavPath Path, DavPath Destination, bool MayOverwrite, bool WithContent, DavConditions Conditions) : IRequest<MovedDavResource>;

internal sealed class CopyDavResourceHandler(
    IImageHubDb db, DavTree tree, DavDestinations destinations, DavFiles files, DavRemoval removal, ImageBytes bytes, DavJunk junk, AccountThrottle throttle, IMediator mediator, ICaller caller)
    : IRequestHandler<CopyDavResource, MovedDavResource>
{
    /// <summary>The maximum number of images that one request copies, because each is rendered anew.</summary>
    private const int MaxImages = 1_000;

    public async Task<MovedDavResource> Handle(CopyDavResource request, CancellationToken cancellationToken)
    {
        if (await junk.TryTransferAsync(request.Path, request.Destination, request.MayOverwrite, isMove: false, cancellationToken) is { } isNew)
        {
            return new MovedDavResource(isNew);
        }

        var to = await destinations.FindAsync(request.Path, request.Destination, request.MayOverwrite, isMove: false, request.WithContent, request.Conditions, cancellationToken);
        if (to.Source.File is { } file)
        {
            if (to.Existing is { File: null })
            {
                await RemoveAsync(to, request, cancellationToken);
            }

            var expected = request.Conditions.HasETags || !request.MayOverwrite ? new ExpectedDavFile(to.Existing?.File?.ETag) : null;
            await CopyFileAsync(to.Source, file, to.Parent, to.Segment, to.FileName, request.Conditions, expected, cancellationToken);
        }
        else
        {
            caller.EnsureMay("copying folders");
            if (request.WithContent)
            {
                await EnsureImageLimitAsync(to.Source.Folder.GroupId!.Value, cancellationToken);
            }

            if (to.Existing is not null)
            {
                await RemoveAsync(to, request, cancellationToken);
            }

            await CopyFolderAsync(to.Source.Folder, to.Parent, to.Title, request.WithContent, request.Conditions, cancellationToken);
        }

        return new MovedDavResource(to.Existing is null);
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

    private async Task CopyFolderAsync(DavFolder from, DavFolder parent, string title, bool withContent, DavConditions conditions, CancellationToken cancellationToken)
    {
        // Listed before the copy exists, which may be in the same folder.
        var entries = new List<DavResource>();
        if (withContent)
        {
            await foreach (var page in tree.ListAsync(from, cancellationToken))
            {
                entries.AddRange(page);
            }
        }

        // A copy gives visitors no more than its source does.
        var rights = await db.Groups.Where(group => group.Id == from.GroupId).Select(group => new { group.Downloads, group.HasWatermark }).SingleOrDefaultAsync(cancellationToken) ?? throw DavProblems.NotFound();
        var created = await mediator.Send(new CreateGroup(title, IsPublished: false, Downloads: rights.Downloads, Watermark: rights.HasWatermark, ParentId: parent.GroupId), cancellationToken);
        var name = await db.Groups.Where(group => group.Id == created.Id).Select(group => group.FolderName!).SingleAsync(cancellationToken);
        var copy = new DavFolder(created.Id, parent.GroupId is { } id ? [.. parent.Above, id] : [], $"{parent.HrefOf(name)}/", title, created.CreatedAt, created.UpdatedAt);
        await files.CopyPropertiesAsync(new DavResource(from, null), new DavResource(copy, null), cancellationToken);
        foreach (var entry in entries)
        {
            if (entry.File is { } file)
            {
                await CopyFileAsync(entry, file, copy, file.Name, file.Name, conditions, expected: null, cancellationToken);
            }
            else
            {
                await CopyFolderAsync(entry.Folder, copy, entry.Folder.Title, withContent: true, conditions, cancellationToken);
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
        if (await tree.FindFileAsync(folder, received.Name, cancellationToken) is { } copy)
        {
            await files.CopyPropertiesAsync(source, new DavResource(folder, copy), cancellationToken);
        }
    }

    /// <summary>Opens the bytes of an image that is copied to another folder.</summary>
    private async Task<Stream> OpenImageAsync(Guid imageId, DavFile file, DavFolder from, DavFolder folder, CancellationToken cancellationToken)
    {
        caller.EnsureMay("copying images");
        if (from.GroupId == folder.GroupId)
        {
            throw new ProblemException(Problems.Forbidden, $"A folder contains an image only once; '{file.Name}' cannot be copied within its folder.");
        }

        var image = await db.Images.Where(row => row.Id == imageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken) ?? throw DavProblems.NotFound();
        image = await bytes.EnsureAsync(image, file.Variant);
        return bytes.OpenRead(image.FindObject(file.Variant));
    }
}
