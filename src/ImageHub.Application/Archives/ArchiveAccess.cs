using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Application.Variants;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.Archives;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Archives;

/// <summary>The origin of an archive: the group of its images, and the rights of its recipient.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="LinkId">The link, if the recipient is a link's guest; otherwise null.</param>
/// <param name="IsOfHidden">Whether the group may be hidden.</param>
/// <param name="IsForAdmin">Whether the archive is for an admin, an editor or a contributor. Visitors' rights do not limit it.</param>
/// <param name="HolderId">The account whose rights give access (a member, an admin or an editor), or the API key; otherwise null.</param>
/// <param name="LinkPasswordHash">The hash of the link's password; null without a link or a password.</param>
internal sealed record ArchiveOrigin(Guid GroupId, Guid? LinkId, bool IsOfHidden, bool IsForAdmin, Guid? HolderId = null, string? LinkPasswordHash = null);

/// <summary>
/// Checks whether an archive is still available. The link must be valid and have the same password, or the group must be visible; the account or API key must
/// have kept its rights, the files must be downloadable, and each image must still be in the group or visible in a group below.
/// </summary>
internal sealed class ArchiveAccess(IImageHubDb db, SharedGroups shares, TimeProvider clock)
{
    private readonly IImageHubDb db = db;

    public static ProblemException NoArchive() => ProblemException.NotFound("archive");

    /// <summary>Finds the group's title, and the rights that limit the archive's files.</summary>
    /// <exception cref="ProblemException">
    /// 404 if the link has ended or has another password, the account or API key has lost its rights, or the group is hidden or deleted.
    /// </exception>
    public async Task<(string Title, VisitorRights Rights)> FindAsync(ArchiveOrigin origin, CancellationToken cancellationToken)
    {
        if (origin.LinkId is { } id)
        {
            var (link, shared) = await shares.FindAsync(id, cancellationToken);
            if (link.PasswordHash != origin.LinkPasswordHash)
            {
                throw NoArchive();
            }

            return (shared.Title, SharedGroups.FindRights(link, shared));
        }

        var group = await db.Groups
            .Live(withHidden: origin.IsOfHidden)
            .Where(group => group.Id == origin.GroupId)
            .Select(group => new { group.Title, group.Downloads, group.HasWatermark })
            .SingleOrDefaultAsync(cancellationToken) ?? throw NoArchive();
        if (origin.HolderId is { } holderId && !await HasRightsAsync(holderId, origin, cancellationToken))
        {
            throw NoArchive();
        }

        return (group.Title, origin.IsForAdmin ? VisitorRights.All : new VisitorRights(group.Downloads, group.HasWatermark));
    }

    /// <summary>Whether an account or API key still has the rights with which it created an archive.</summary>
    private async Task<bool> HasRightsAsync(Guid holderId, ArchiveOrigin origin, CancellationToken cancellationToken) =>
        await db.Users.Where(user => user.Id == holderId && !user.IsDisabled).Select(user => (Role?)user.Role).SingleOrDefaultAsync(cancellationToken) switch
        {
            null => await IsLiveKeyAsync(holderId, cancellationToken),
            Role.Admin or Role.Editor => true,
            _ => await db.FindRoleAsync(origin.GroupId, holderId, cancellationToken) >= (origin.IsForAdmin ? MemberRole.Contributor : MemberRole.Viewer),
        };

    /// <summary>Whether an id belongs to a valid key of an admin. Only keys of admins open hidden groups.</summary>
    private Task<bool> IsLiveKeyAsync(Guid keyId, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return db.ApiKeys.AnyAsync(
            key => key.Id == keyId && (key.ExpiresAt == null || key.ExpiresAt > now) && db.Users.Any(user => user.Id == key.CreatedBy && user.Role == Role.Admin && !user.IsDisabled),
            cancellationToken);
    }

    /// <summary>Checks whether an archive with files of this variant is still allowed.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task EnsureAllowedAsync(ArchiveOrigin origin, ImageVariant variant, CancellationToken cancellationToken)
    {
        var (_, rights) = await FindAsync(origin, cancellationToken);
        if (!Allows(rights, variant.Unmarked ?? variant, isMarked: variant.Mark > 0))
        {
            throw NoArchive();
        }
    }

    /// <summary>Checks whether an archive of a resolution may be created.</summary>
    /// <param name="rights">The rights that limit the archive's files.</param>
    /// <param name="variant">Full or high.</param>
    /// <exception cref="ProblemException">403 <c>downloadForbidden</c>.</exception>
    public static void EnsureMayCreate(VisitorRights rights, ImageVariant variant)
    {
        if (!Allows(rights, variant))
        {
            throw ImageDelivery.Forbidden(rights);
        }
    }

    /// <summary>Whether an archive may contain pictures of a group with these rights.</summary>
    /// <param name="rights">The group's rights.</param>
    /// <param name="variant">Full or high.</param>
    /// <param name="isMarked">Whether the archive's pictures have the watermark.</param>
    public static bool Allows(VisitorRights rights, ImageVariant variant, bool isMarked) => Allows(rights, variant) && (isMarked || !rights.HasWatermark);

    /// <summary>Whether visitors may download a resolution.</summary>
    /// <param name="rights">The group's rights.</param>
    /// <param name="variant">Full or high.</param>
    public static bool Allows(VisitorRights rights, ImageVariant variant) => variant == ImageVariant.Full ? rights.AllowFull : rights.AllowDownloads;

    /// <summary>Creates a repeatable check for an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="variant">The variant of its files.</param>
    /// <param name="linkPasswordHash">The hash of its link's password; null without a link or a password.</param>
    /// <param name="files">Its files.</param>
    public Check BeginCheck(Archive archive, ImageVariant variant, string? linkPasswordHash, Func<ArchiveList> files) => new(this, archive, variant, linkPasswordHash, files);

    /// <summary>Checks one archive. Reads the archive's images again only if the group or a group below it has changed.</summary>
    internal sealed class Check(ArchiveAccess access, Archive archive, ImageVariant variant, string? linkPasswordHash, Func<ArchiveList> files)
    {
        private const int BatchSize = 1_000;

        private object? unchanged;

        /// <exception cref="ProblemException">404 if the archive is no longer available.</exception>
        public async Task EnsureAsync(CancellationToken cancellationToken)
        {
            await access.EnsureAllowedAsync(new ArchiveOrigin(archive.GroupId, archive.LinkId, archive.IsOfHidden, archive.IsForAdmin, archive.MemberId, linkPasswordHash), variant, cancellationToken);
            var stamp = await access.db.Groups
                .Where(group => group.DeletedAt == null && (group.Id == archive.GroupId || QueryFunctions.Contains(group.Path, archive.GroupId)))
                .GroupBy(group => 1)
                .Select(groups => new
                {
                    Groups = groups.Count(),
                    Published = groups.Count(group => group.IsPublished),
                    UpdatedAt = groups.Max(group => group.UpdatedAt),
                    Images = groups.Sum(group => group.ImageCount),
                    Bytes = groups.Sum(group => group.ImageBytes),
                })
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
                var below = access.db.Groups.Where(group => archive.LinkId == null && QueryFunctions.Contains(group.Path, archive.GroupId));
                var existing = await access.db.Images
                    .Where(image => image.OwnerId == null && image.DeletedAt == null && ids.Contains(image.Id))
                    .Where(image => image.GroupId == archive.GroupId || (below.Any(group => group.Id == image.GroupId) && (archive.IsOfHidden || image.IsPublished)))
                    .Select(image => new { image.Id, image.GroupId, image.Revision, image.Downloads, image.HasWatermark })
                    .AsAsyncEnumerable()
                    .Where(image => image.GroupId == archive.GroupId || archive.IsForAdmin
                        || Allows(new VisitorRights(image.Downloads, image.HasWatermark), variant.Unmarked ?? variant, isMarked: variant.Mark > 0))
                    .ToDictionaryAsync(image => image.Id, image => image.Revision, cancellationToken: cancellationToken);
                if (!Array.TrueForAll(batch, key => existing.TryGetValue(key.ImageId, out var revision) && revision == key.Revision))
                {
                    throw NoArchive();
                }
            }
        }
    }
}
