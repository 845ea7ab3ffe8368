using ImageHub.Application.Duplicates;
using ImageHub.Application.Inventory;
using ImageHub.Application.Requests;
using ImageHub.Application.Storage;
using ImageHub.Application.Tags;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Archives;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.Inventory;
using ImageHub.Domain.Links;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Site;
using ImageHub.Domain.Storage;
using ImageHub.Domain.Tiers;
using ImageHub.Domain.Transforms;
using ImageHub.Domain.Uploads;
using ImageHub.Domain.WebDav;
using ImageHub.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ImageHub.Application.Database;

/// <summary>
/// The tables, and interfaces for statements that LINQ cannot express. Queries do not track entities by default. The interfaces use this instance's
/// connection and transaction.
/// </summary>
public interface IImageHubDb
{
    /// <summary>
    /// Curated groups, including those in the trash. Users' own groups and guests' inboxes are excluded; only <see cref="AllGroups"/> contains them.
    /// </summary>
    IQueryable<Group> Groups { get; }

    /// <summary>
    /// Curated groups, users' own groups and guests' inboxes, including those in the trash. For adding groups, and for the few queries that need own groups or
    /// inboxes.
    /// </summary>
    DbSet<Group> AllGroups { get; }

    /// <summary>The members of groups.</summary>
    DbSet<GroupMember> GroupMembers { get; }

    /// <summary>Former slugs of groups.</summary>
    DbSet<FormerSlug> FormerSlugs { get; }

    /// <summary>
    /// Images, including those in the trash. Guests' photos that await approval are excluded; only <see cref="AllImages"/> contains them.
    /// </summary>
    IQueryable<Image> Images { get; }

    /// <summary>
    /// All images, including guests' photos that await approval. For adding images, for statements about objects, and for the few queries of admins that need
    /// these photos.
    /// </summary>
    DbSet<Image> AllImages { get; }

    /// <summary>Pairs of near-duplicate images.</summary>
    DbSet<SimilarImages> SimilarImages { get; }

    /// <summary>Images that have not been compared with the other images yet.</summary>
    DbSet<UncomparedImage> UncomparedImages { get; }

    /// <summary>Stored thumbnails.</summary>
    DbSet<Thumbnail> Thumbnails { get; }

    /// <summary>Links, including expired ones.</summary>
    DbSet<Link> Links { get; }

    /// <summary>Archives, including expired ones.</summary>
    DbSet<Archive> Archives { get; }

    /// <summary>Guests with favourites, including those of deleted links.</summary>
    DbSet<LinkGuest> LinkGuests { get; }

    /// <summary>Guests' favourites.</summary>
    DbSet<Favourite> Favourites { get; }

    /// <summary>Guests who send photos, including those of deleted links.</summary>
    DbSet<UploadGuest> UploadGuests { get; }

    /// <summary>Tiers.</summary>
    DbSet<Tier> Tiers { get; }

    /// <summary>Accounts.</summary>
    DbSet<User> Users { get; }

    /// <summary>Sessions, including ended ones.</summary>
    DbSet<Session> Sessions { get; }

    /// <summary>Replaced refresh tokens.</summary>
    DbSet<ReplacedToken> ReplacedTokens { get; }

    /// <summary>Addresses from which accounts have signed in.</summary>
    DbSet<KnownAddress> KnownAddresses { get; }

    /// <summary>Upload batches, including finished ones.</summary>
    DbSet<UploadBatch> UploadBatches { get; }

    /// <summary>Announced files with their results.</summary>
    DbSet<UploadFile> UploadFiles { get; }

    /// <summary>Stored parts of unfinished files.</summary>
    DbSet<UploadPart> UploadParts { get; }

    /// <summary>Files sent by WebDAV that are not images, including expired ones.</summary>
    DbSet<Placeholder> Placeholders { get; }

    /// <summary>The sizes of files, such as <c>.DS_Store</c>, that operating systems write into folders and WebDAV clients have sent.</summary>
    DbSet<JunkFile> JunkFiles { get; }

    /// <summary>WebDAV uploads that replace something, as long as they have not succeeded.</summary>
    DbSet<ReplacingUpload> ReplacingUploads { get; }

    /// <summary>Locks of WebDAV clients, including expired ones.</summary>
    DbSet<DavLock> DavLocks { get; }

    /// <summary>Dead properties that WebDAV clients have set.</summary>
    DbSet<DavProperty> DavProperties { get; }

    /// <summary>API keys, including expired ones.</summary>
    DbSet<ApiKey> ApiKeys { get; }

    /// <summary>The passkeys of accounts.</summary>
    DbSet<Passkey> Passkeys { get; }

    /// <summary>The joins of accounts to persons at the OpenID Connect provider.</summary>
    DbSet<OidcIdentity> OidcIdentities { get; }

    /// <summary>The persons at the OpenID Connect provider whose accounts have left it.</summary>
    DbSet<OidcDeparture> OidcDepartures { get; }

    /// <summary>Pending joins: at most one for each account.</summary>
    DbSet<OidcJoinIntent> OidcJoinIntents { get; }

    /// <summary>Logout tokens that were received.</summary>
    DbSet<OidcLogout> OidcLogouts { get; }

    /// <summary>Keys that sign addresses of transforms.</summary>
    DbSet<TransformKey> TransformKeys { get; }

    /// <summary>Objects in quarantine.</summary>
    DbSet<OrphanedObject> OrphanedObjects { get; }

    /// <summary>Objects that are lost and cannot be restored.</summary>
    DbSet<DamagedObject> DamagedObjects { get; }

    /// <summary>The progress of the check of all objects: at most one row.</summary>
    DbSet<Scrub> Scrubs { get; }

    /// <summary>The latest finished backup: at most one row.</summary>
    DbSet<LastBackup> LastBackups { get; }

    /// <summary>The progress of rendering all images again: a single row.</summary>
    DbSet<RenditionPass> RenditionPasses { get; }

    /// <summary>The site's profile: one row.</summary>
    DbSet<SiteProfile> SiteProfiles { get; }

    /// <summary>The site's logos: at most two rows.</summary>
    DbSet<SiteLogo> SiteLogos { get; }

    /// <summary>The connected OneDrive account: at most one row.</summary>
    DbSet<OneDriveConnection> OneDriveConnections { get; }

    /// <summary>Pending sign-ins at Microsoft.</summary>
    DbSet<OneDriveSignIn> OneDriveSignIns { get; }

    /// <summary>Imports, including ended ones.</summary>
    DbSet<Import> Imports { get; }

    /// <summary>The folders of imports.</summary>
    DbSet<ImportFolder> ImportFolders { get; }

    /// <summary>The files of imports.</summary>
    DbSet<ImportFile> ImportFiles { get; }

    /// <summary>Observed quantities. <see cref="IInventoryFigures"/> writes them.</summary>
    DbSet<InventoryRecord> InventoryRecords { get; }

    /// <summary>Aggregated quantities, for charts.</summary>
    DbSet<InventoryRollup> InventoryRollups { get; }

    /// <summary>Events to be sent.</summary>
    DbSet<WebhookEvent> WebhookEvents { get; }

    /// <summary>The locks. <see cref="ILocks"/> states the order in which transactions acquire them.</summary>
    ILocks Locks { get; }

    /// <summary>The manual orders of groups and images.</summary>
    IRowOrder RowOrder { get; }

    /// <summary>The groups below groups.</summary>
    IGroupTree GroupTree { get; }

    /// <summary>The counts of tags and months.</summary>
    IFacetCounts FacetCounts { get; }

    /// <summary>The pairs of similar images, and the queue of images to compare.</summary>
    IComparisons Comparisons { get; }

    /// <summary>The statements that write and read quantities.</summary>
    IInventoryFigures InventoryFigures { get; }

    /// <summary>The queue of events waiting to be sent.</summary>
    IWebhookQueue WebhookQueue { get; }

    /// <summary>Removes rows together with their objects.</summary>
    IObjectRows ObjectRows { get; }

    /// <summary>Changes that are a single statement.</summary>
    IAtomicChanges AtomicChanges { get; }

    /// <summary>Unicode operations.</summary>
    IText Text { get; }

    /// <summary>The tracked entities.</summary>
    ChangeTracker ChangeTracker { get; }

    /// <summary>Transactions and the connection.</summary>
    DatabaseFacade Database { get; }

    /// <summary>Writes added and changed entities.</summary>
    Task<int> SaveChangesAsync(CancellationToken cancellationToken);
}

/// <summary>Time in the database's precision.</summary>
public static class Timestamps
{
    /// <summary>The current time in UTC and whole microseconds, which a <c>timestamptz</c> preserves.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
