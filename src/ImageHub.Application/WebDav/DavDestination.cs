using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>The destination of a folder or file that is moved or copied (RFC 4918, sections 9.8 and 9.9).</summary>
/// <param name="Source">The moved or copied folder or file.</param>
/// <param name="SourceFolder">The folder that contains it; null for the root.</param>
/// <param name="Parent">The folder that will contain it.</param>
/// <param name="Segment">Its new name as sent.</param>
/// <param name="FileName">Its new name as a safe file name, with the extension of an image's content.</param>
/// <param name="Existing">The folder or file at the destination, which will be replaced; null if there is none.</param>
internal sealed record DavDestination(DavResource Source, DavFolder? SourceFolder, DavFolder Parent, string Segment, string FileName, DavResource? Existing)
{
    /// <summary>Whether source and destination are in the same folder.</summary>
    public bool IsSameFolder => Source.File is not null ? Source.Folder.GroupId == Parent.GroupId : SourceFolder?.GroupId == Parent.GroupId;

    /// <summary>The new title of a folder.</summary>
    public string Title => FolderName.ToTitle(Segment);

    /// <summary>The new name of a folder as it is stored.</summary>
    public string StoredName => FolderName.Normalize(Segment);

    /// <summary>The group of the existing folder that the source folder replaces; null if there is none.</summary>
    public Guid? ReplacedGroupId => Source.IsFolder && Existing is { IsFolder: true } ? Existing.Folder.GroupId : null;
}

/// <summary>Finds destinations.</summary>
internal sealed class DavDestinations(IImageHubDb db, DavTree tree, DavLocks locks)
{
    /// <summary>Finds source and destination, and checks conditions and locks.</summary>
    /// <param name="from">The address of the source.</param>
    /// <param name="to">The address of the destination.</param>
    /// <param name="mayOverwrite">Whether something at the destination may be replaced.</param>
    /// <param name="isMove">Whether the source is removed.</param>
    /// <param name="withContent">Whether the content of a folder is moved or copied, too.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">404, 403, 409 <c>noSuchFolder</c>, 412, or 423 <c>locked</c>.</exception>
    public async Task<DavDestination> FindAsync(
        DavPath from, DavPath to, bool mayOverwrite, bool isMove, bool withContent, DavConditions conditions, CancellationToken cancellationToken)
    {
        var source = await tree.FindAsync(from, cancellationToken);
        var found = source.Resource ?? throw DavProblems.NotFound();
        var place = await FindPlaceAsync(to, found.File, cancellationToken);
        if (found is { IsFolder: true, Folder: { GroupId: null } or { IsOwn: true } } || place.Resource is { IsFolder: true, Folder: { GroupId: null } or { IsOwn: true } })
        {
            throw new ProblemException(Problems.Forbidden, $"'{DavPath.Root}' and '{DavPath.Root}{DavPath.Own}/' can neither be moved, copied nor replaced.");
        }

        var parent = place.Parent ?? throw DavProblems.NoSuchFolder();
        var isSame = place.Resource?.Owner == found.Owner;
        if (isSame || (found.IsFolder && (parent.GroupId == found.Folder.GroupId || parent.AncestorIds.Contains(found.Folder.GroupId!.Value))))
        {
            throw new ProblemException(Problems.Forbidden, "The destination is the source itself, or lies in it.");
        }

        if (place.Resource is { IsFolder: true, Folder.GroupId: { } replacedId } && (found.Folder.GroupId == replacedId || found.Folder.AncestorIds.Contains(replacedId)))
        {
            throw new ProblemException(Problems.Forbidden, "The destination contains the source and cannot be replaced by it.");
        }

        if (place.Resource is { IsFolder: true } && found.File is { ImageId: not null })
        {
            throw new ProblemException(Problems.Forbidden, $"'{place.Resource.Folder.Title}' is a folder; an image cannot replace it.");
        }

        if (place.Resource is { File.ImageId: not null } && found.File is { PlaceholderId: not null })
        {
            throw new ProblemException(Problems.UnsupportedFormat, $"'{found.File.Name}' is not an image and cannot replace one.");
        }

        if (found.IsFolder)
        {
            await EnsureFitsAsync(found.Folder.GroupId!.Value, parent, place.Segment, withContent, cancellationToken);
        }

        await locks.EnsureConditionsHoldAsync(source, conditions, cancellationToken);
        if (place.Resource is not null && !mayOverwrite)
        {
            throw DavProblems.OverwriteForbidden();
        }

        var destination = new DavDestination(found, source.Parent, parent, place.Segment, place.FileName, place.Resource);
        await EnsureUnlockedAsync(destination, isMove, conditions, cancellationToken);
        if (place.Resource?.File is { ImageId: not null } former && former.Name != place.Segment && !former.Sha256.AsSpan().SequenceEqual(found.File?.Sha256))
        {
            throw DavProblems.NameTaken(place.Segment, former.Name);
        }

        return destination;
    }

    /// <summary>Checks the locks of source and destination. A change repeats the check in its transaction.</summary>
    /// <exception cref="ProblemException">423 <c>locked</c>.</exception>
    public async Task EnsureUnlockedAsync(DavDestination destination, bool isMove, DavConditions conditions, CancellationToken cancellationToken)
    {
        if (isMove)
        {
            await locks.EnsureUnlockedAsync(destination.Source.Folder, destination.Source.File?.Name, conditions, isAddedOrRemoved: true, cancellationToken);
        }

        await (destination.Existing is { } replaced
            ? locks.EnsureUnlockedAsync(replaced.Folder, replaced.File?.Name, conditions, isAddedOrRemoved: replaced.IsFolder, cancellationToken)
            : locks.EnsureUnlockedAsync(destination.Parent, destination.FileName, conditions, isAddedOrRemoved: true, cancellationToken));
    }

    /// <summary>Finds the place that a folder or file will have. The name of an image gets the extension of its content.</summary>
    private async Task<DavPlace> FindPlaceAsync(DavPath to, DavFile? file, CancellationToken cancellationToken)
    {
        var place = await tree.FindAsync(to, cancellationToken);
        if (file?.Format is not { } format || place is not { Parent: { } folder, Resource: null or { File: not null } } || FileName.WithExtensionFor(place.FileName, format) is var name && name == place.FileName)
        {
            return place;
        }

        return place with { FileName = name, Resource = await tree.FindFileAsync(folder, name, cancellationToken) is { } existing ? new DavResource(folder, existing) : null };
    }

    /// <summary>Checks whether a folder fits at the destination, before anything at the destination is removed.</summary>
    /// <exception cref="ProblemException">400, 409 <c>groupTooDeep</c>.</exception>
    private async Task EnsureFitsAsync(Guid groupId, DavFolder parent, string segment, bool withContent, CancellationToken cancellationToken)
    {
        if (FolderName.ToTitle(segment).EnumerateRunes().Count() > Group.MaxTitleLength)
        {
            throw ProblemException.Invalid("title", $"The name of the folder has more than {Group.MaxTitleLength} characters.");
        }

        var group = await db.Groups.SingleOrDefaultAsync(row => row.Id == groupId, cancellationToken) ?? throw DavProblems.NotFound();
        await ParentGroup.FindForMoveAsync(db, group, parent.GroupId, cancellationToken, withContent);
    }
}
