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
/// <param name="WithMembers">Whether the content of a folder is copied, too.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record CopyDavResource(DavPath Path, DavPath Destination, bool MayOverwrite, bool WithMembers, DavConditions Conditions) : IRequest<MovedDavResource>;

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

        var to = await destinations.FindAsync(request.Path, request.Destination, request.MayOverwrite, isMove: false, request.WithMembers, request.Conditions, cancellationToken);
        if (to.Source.File is { } file)
        {
            if (to.Existing is { File: null })
            {
                await removal.RemoveAsync(to.Existing, cancellationToken);
            }

            await CopyFileAsync(to.Source, file, to.Parent, to.FileName, cancellationToken);
        }
        else
        {
            caller.EnsureMay("copying folders");
            if (request.WithMembers)
            {
                await EnsureFewAsync(to.Source.Folder.GroupId!.Value, cancellationToken);
            }

            if (to.Existing is not null)
            {
                await removal.RemoveAsync(to.Existing, cancellationToken);
            }

            await CopyFolderAsync(to.Source.Folder, to.Parent, to.Title, request.WithMembers, cancellationToken);
        }

        return new MovedDavResource(to.Existing is null);
    }

    private async Task EnsureFewAsync(Guid groupId, CancellationToken cancellationToken)
    {
        var images = await db.Groups.Where(group => group.DeletedAt == null && (group.Id == groupId || QueryFunctions.Contains(group.Path, groupId))).SumAsync(group => group.ImageCount, cancellationToken);
        if (images > MaxImages)
        {
            throw new ProblemException(Problems.Forbidden, $"The folder has {images} images; at most {MaxImages} are copied at once.");
        }
    }

    private async Task CopyFolderAsync(DavFolder from, DavFolder parent, string title, bool withMembers, CancellationToken cancellationToken)
    {
        // Listed before the copy exists, which may be in the same folder.
        var members = new List<DavResource>();
        await foreach (var page in tree.ListAsync(from, cancellationToken))
        {
            members.AddRange(page);
        }

        // A copy gives visitors no more than its source does.
        var rights = await db.Groups.Where(group => group.Id == from.GroupId).Select(group => new { group.Downloads, group.HasWatermark }).SingleOrDefaultAsync(cancellationToken) ?? throw DavTree.NotFound();
        var created = await mediator.Send(new CreateGroup(title, IsPublished: false, Downloads: rights.Downloads, Watermark: rights.HasWatermark, ParentId: parent.GroupId), cancellationToken);
        var name = await db.Groups.Where(group => group.Id == created.Id).Select(group => group.FolderName!).SingleAsync(cancellationToken);
        var copy = new DavFolder(created.Id, parent.GroupId is { } id ? [.. parent.Above, id] : [], $"{parent.HrefOf(name)}/", title, created.CreatedAt, created.UpdatedAt);
        await files.CopyPropertiesAsync(new DavResource(from, null), new DavResource(copy, null), cancellationToken);
        foreach (var member in withMembers ? members : [])
        {
            if (member.File is { } file)
            {
                await CopyFileAsync(member, file, copy, file.Name, cancellationToken);
            }
            else
            {
                await CopyFolderAsync(member.Folder, copy, member.Folder.Title, withMembers: true, cancellationToken);
            }
        }
    }

    private async Task CopyFileAsync(DavResource source, DavFile file, DavFolder folder, string name, CancellationToken cancellationToken)
    {
        await throttle.TakeAsync(Throttle.Uploads, 1, cancellationToken);
        if (file.ImageId is { } imageId)
        {
            name = await CopyImageAsync(imageId, file, source.Folder, folder, name, cancellationToken);
        }
        else
        {
            await files.CopyPlaceholderAsync(file, folder, name, cancellationToken);
        }

        if (await tree.FindFileAsync(folder, name, cancellationToken) is { } copy)
        {
            await files.CopyPropertiesAsync(source, new DavResource(folder, copy), cancellationToken);
        }
    }

    /// <summary>Copies an image and returns the name of the copy.</summary>
    private async Task<string> CopyImageAsync(Guid imageId, DavFile file, DavFolder from, DavFolder folder, string name, CancellationToken cancellationToken)
    {
        caller.EnsureMay("copying images");
        if (from.GroupId == folder.GroupId)
        {
            throw new ProblemException(Problems.Forbidden, $"A folder contains an image only once; '{file.Name}' cannot be copied within its folder.");
        }

        var image = await db.Images.Where(row => row.Id == imageId).Select(StoredImage.Projection).SingleOrDefaultAsync(cancellationToken) ?? throw DavTree.NotFound();
        image = await bytes.EnsureAsync(image, file.Variant);
        await using var content = bytes.OpenRead(image.FindObject(file.Variant));
        using var received = await files.ReceiveAsync(folder, name, content, file.Bytes, cancellationToken);
        await files.WriteAsync(received, cancellationToken);
        return received.Name;
    }
}
