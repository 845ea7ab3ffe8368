using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Domain.Archives;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>
/// Checks whether an archive is still available: its link is valid or its group visible, and all its images are still in the group.
/// </summary>
internal sealed class ArchiveAccess(IImageHubDb db, SharedGroups shares)
{
    private readonly IImageHubDb db = db;

    public static ProblemException NoArchive() => ProblemException.NotFound("archive");

    /// <summary>Returns the title of the group.</summary>
    /// <exception cref="ProblemException">404 if the link has ended, or the group is hidden or deleted.</exception>
    public async Task<string> FindTitleAsync(Guid groupId, Guid? linkId, bool isOfHidden, CancellationToken cancellationToken) => linkId is { } id
        ? (await shares.FindAsync(id, cancellationToken)).Group.Title
        : await db.Groups
            .Live(withHidden: isOfHidden)
            .Where(group => group.Id == groupId)
            .Select(group => group.Title)
            .SingleOrDefaultAsync(cancellationToken) ?? throw NoArchive();

    /// <summary>Creates a repeatable check for an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="files">Its files.</param>
    public Check BeginCheck(Archive archive, Func<ArchiveList> files) => new(this, archive, files);

    /// <summary>Checks one archive. It reads the archive's images again only if the group has changed.</summary>
    internal sealed class Check(ArchiveAccess access, Archive archive, Func<ArchiveList> files)
    {
        private const int BatchSize = 1_000;

        private object? unchanged;

        /// <exception cref="ProblemException">404 if the archive is no longer available.</exception>
        public async Task EnsureAsync(CancellationToken cancellationToken)
        {
            await access.FindTitleAsync(archive.GroupId, archive.LinkId, archive.IsOfHidden, cancellationToken);
            var stamp = await access.db.Groups
                .Where(group => group.Id == archive.GroupId)
                .Select(group => new { group.UpdatedAt, group.ImageCount, group.ImageBytes })
                .SingleOrDefaultAsync(cancellationToken);
            if (stamp is null || !stamp.Equals(unchanged))
            {
                await EnsureImagesAsync(cancellationToken);
                unchanged = stamp;
            }
        }

        private async Task EnsureImagesAsync(CancellationToken cancellationToken)
        {
            foreach (var batch in files().Where(file => file.Key != MissingNote.Key).Select(file => ObjectKey.Parse(file.Key)!).Chunk(BatchSize))
            {
                var ids = batch.Select(key => key.ImageId).ToArray();
                var existing = await access.db.Images
                    .InGroup(archive.GroupId)
                    .Where(image => image.DeletedAt == null && ids.Contains(image.Id))
                    .Select(image => new { image.Id, image.Revision })
                    .ToDictionaryAsync(image => image.Id, image => image.Revision, cancellationToken);
                if (!Array.TrueForAll(batch, key => existing.TryGetValue(key.ImageId, out var revision) && revision == key.Revision))
                {
                    throw NoArchive();
                }
            }
        }
    }
}
