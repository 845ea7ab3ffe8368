using ImageHub.Application.Images;
using ImageHub.Application.Inventory;
using ImageHub.Application.Requests;
using ImageHub.Application.Storage;
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
using ImageHub.Domain.Uploads;
using ImageHub.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ImageHub.Application.Database;

/// <summary>
/// The tables, and the ports of statements that LINQ does not express. Queries do not track unless they ask to. The ports use the connection and the
/// transaction of this instance.
/// </summary>
public interface IImageHubDb
{
    /// <summary>Curated groups, those in the trash too. Users' own are left out, so that a query is closed to them unless it asks for <see cref="AllGroups"/>.</summary>
    IQueryable<Group> Groups { get; }

    /// <summary>Curated groups and users' own, those in the trash too: to add to, and for the few queries that are meant to find users' own.</summary>
    DbSet<Group> AllGroups { get; }

    /// <summary>Images, those in the trash too.</summary>
    DbSet<Image> Images { get; }

    /// <summary>Pairs of images that look nearly the same.</summary>
    DbSet<SimilarImages> SimilarImages { get; }

    /// <summary>Images that have not been compared with the others yet.</summary>
    DbSet<UncomparedImage> UncomparedImages { get; }

    /// <summary>Thumbnails that are kept now.</summary>
    DbSet<Thumbnail> Thumbnails { get; }

    /// <summary>Links, those that have expired too.</summary>
    DbSet<Link> Links { get; }

    /// <summary>Archives that were asked for, those that have expired too.</summary>
    DbSet<Archive> Archives { get; }

    /// <summary>Guests who have chosen images, those of links that are gone too.</summary>
    DbSet<LinkGuest> LinkGuests { get; }

    /// <summary>Images that guests have chosen.</summary>
    DbSet<Favourite> Favourites { get; }

    /// <summary>What users get.</summary>
    DbSet<Tier> Tiers { get; }

    /// <summary>Accounts.</summary>
    DbSet<User> Users { get; }

    /// <summary>Sessions, ended ones too.</summary>
    DbSet<Session> Sessions { get; }

    /// <summary>Refresh tokens that were replaced.</summary>
    DbSet<ReplacedToken> ReplacedTokens { get; }

    /// <summary>Addresses from which accounts have signed in.</summary>
    DbSet<KnownAddress> KnownAddresses { get; }

    /// <summary>Upload batches, finished ones too.</summary>
    DbSet<UploadBatch> UploadBatches { get; }

    /// <summary>Files that were announced, with their results.</summary>
    DbSet<UploadFile> UploadFiles { get; }

    /// <summary>Bytes of unfinished files.</summary>
    DbSet<UploadPart> UploadParts { get; }

    /// <summary>API keys, those that have expired too.</summary>
    DbSet<ApiKey> ApiKeys { get; }

    /// <summary>Objects in quarantine.</summary>
    DbSet<OrphanedObject> OrphanedObjects { get; }

    /// <summary>Objects of images that are lost and cannot be made again.</summary>
    DbSet<DamagedObject> DamagedObjects { get; }

    /// <summary>How far the check of all objects has come: one row or none.</summary>
    DbSet<Scrub> Scrubs { get; }

    /// <summary>What the owner says about the site: one row.</summary>
    DbSet<SiteProfile> SiteProfiles { get; }

    /// <summary>The OneDrive that is connected: one row or none.</summary>
    DbSet<OneDriveConnection> OneDriveConnections { get; }

    /// <summary>Sign-ins at Microsoft that have not come back.</summary>
    DbSet<OneDriveSignIn> OneDriveSignIns { get; }

    /// <summary>Imports, those that are over too.</summary>
    DbSet<Import> Imports { get; }

    /// <summary>The folders of imports.</summary>
    DbSet<ImportFolder> ImportFolders { get; }

    /// <summary>The files of imports.</summary>
    DbSet<ImportFile> ImportFiles { get; }

    /// <summary>Observed quantities. <see cref="IInventoryFigures"/> writes them.</summary>
    DbSet<InventoryRecord> InventoryRecords { get; }

    /// <summary>What charts of quantities are read from.</summary>
    DbSet<InventoryRollup> InventoryRollups { get; }

    /// <summary>Events that wait to be sent.</summary>
    DbSet<WebhookEvent> WebhookEvents { get; }

    /// <summary>The locks, with the order in which transactions take them.</summary>
    ILocks Locks { get; }

    /// <summary>The orders that are kept by hand.</summary>
    IRowOrder RowOrder { get; }

    /// <summary>The counts of tags and months.</summary>
    IFacetCounts FacetCounts { get; }

    /// <summary>The pairs of similar images, and the images that are to be compared.</summary>
    IComparisons Comparisons { get; }

    /// <summary>The statements that write and read quantities.</summary>
    IInventoryFigures InventoryFigures { get; }

    /// <summary>The events that wait to be sent, as a queue.</summary>
    IWebhookQueue WebhookQueue { get; }

    /// <summary>Rows that are removed together with their objects.</summary>
    IObjectRows ObjectRows { get; }

    /// <summary>Changes of one statement.</summary>
    IAtomicChanges AtomicChanges { get; }

    /// <summary>Unicode operations.</summary>
    IText Text { get; }

    /// <summary>What was read to be changed.</summary>
    ChangeTracker ChangeTracker { get; }

    /// <summary>Transactions and the connection.</summary>
    DatabaseFacade Database { get; }

    /// <summary>Writes what was added and changed.</summary>
    Task<int> SaveChangesAsync(CancellationToken cancellationToken);
}

/// <summary>Time as the database keeps it.</summary>
public static class Timestamps
{
    /// <summary>Now, in UTC and in whole microseconds: what a <c>timestamptz</c> gives back unchanged.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
