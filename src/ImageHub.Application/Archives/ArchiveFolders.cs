using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>The folders of an archive. Each group below the archive's group has a folder if the archive may contain that group's images.</summary>
internal sealed class ArchiveFolders
{
    private readonly IImageHubDb db;
    private readonly Dictionary<Guid, string> folders;
    private readonly Guid[] groupIds;

    private ArchiveFolders(IImageHubDb db, Guid groupId, Dictionary<Guid, string> folders, bool hasHidden)
    {
        (this.db, this.folders, HasHidden) = (db, folders, hasHidden);
        groupIds = [groupId, .. folders.Keys];
    }

    /// <summary>Whether one of the groups with folders is hidden from visitors.</summary>
    public bool HasHidden { get; }

    /// <summary>Finds the groups below the archive's group. Each of them gets a folder if the archive may contain its images.</summary>
    /// <param name="db">The database.</param>
    /// <param name="groupId">The archive's group.</param>
    /// <param name="visible">The groups that the caller may see.</param>
    /// <param name="isAllowed">Whether the archive may contain the images of a group with these rights.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<ArchiveFolders> FindAsync(
        IImageHubDb db, Guid groupId, IQueryable<Group> visible, Func<VisitorRights, bool> isAllowed, CancellationToken cancellationToken)
    {
        var below = await visible
            .Where(group => QueryFunctions.Contains(group.Path, groupId))
            .OrderBy(group => group.Path.Count).ThenBy(group => group.Position).ThenBy(group => group.Id)
            .Select(group => new { group.Id, ParentId = group.ParentId!.Value, group.Title, group.Downloads, group.HasWatermark, group.IsPublished })
            .ToListAsync(cancellationToken);
        var names = below.ToDictionary(group => group.Id, group => BuildName(group.Title));
        var (parentIds, fileNames) = (below.Select(group => group.ParentId).Distinct().ToArray(), names.Values.Distinct(StringComparer.Ordinal).ToArray());
        var taken = below.Count == 0 ? [] : await db.Images
            .Where(image => parentIds.Contains(image.GroupId) && fileNames.Contains(image.FileName) && image.DeletedAt == null)
            .Select(image => new { image.GroupId, image.FileName })
            .ToListAsync(cancellationToken);
        var used = taken.Select(file => (file.GroupId, Name: file.FileName.ToUpperInvariant())).ToHashSet();
        var paths = new Dictionary<Guid, string> { [groupId] = "" };
        foreach (var group in below)
        {
            var name = names[group.Id];
            for (var number = 2; !used.Add((group.ParentId, name.ToUpperInvariant())); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{names[group.Id]} ({number})");
            }

            paths[group.Id] = $"{paths[group.ParentId]}{name}/";
        }

        var contained = below.Where(group => isAllowed(new VisitorRights(group.Downloads, group.HasWatermark))).ToList();
        return new ArchiveFolders(db, groupId, contained.ToDictionary(group => group.Id, group => paths[group.Id]), contained.Exists(group => !group.IsPublished));
    }

    /// <summary>Builds the name of a folder or archive from a group's title. Slashes are replaced, because the title is not a path.</summary>
    public static string BuildName(string title) => FileName.Sanitize(title.Replace('/', '_').Replace('\\', '_'));

    /// <summary>Whether the other folders include all groups of these folders.</summary>
    public bool AreWithin(ArchiveFolders others) => folders.Keys.All(others.folders.ContainsKey);

    /// <summary>The images of the archive's group and of the groups with folders.</summary>
    public IQueryable<Image> Filter(IQueryable<Image> images) => images.Where(image => groupIds.Contains(image.GroupId) && image.OwnerId == null && image.DeletedAt == null);

    /// <summary>Sorts images by their groups, outer groups first, and then by their position.</summary>
    public IQueryable<Image> Sort(IQueryable<Image> images) =>
        from image in images
        join owning in db.Groups on image.GroupId equals owning.Id
        orderby owning.Path.Count, owning.Position, owning.Id, image.Position, image.Id
        select image;

    /// <summary>The folder of a group, with a slash at its end; empty for the archive's group.</summary>
    public string Find(Guid groupId) => folders.GetValueOrDefault(groupId, "");
}
