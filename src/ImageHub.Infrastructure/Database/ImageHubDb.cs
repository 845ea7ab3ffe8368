using System.Threading.RateLimiting;
using ImageHub.Application.Database;
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
using ImageHub.Domain.Secrets;
using ImageHub.Domain.Site;
using ImageHub.Domain.Storage;
using ImageHub.Domain.Tiers;
using ImageHub.Domain.Transforms;
using ImageHub.Domain.Uploads;
using ImageHub.Domain.WebDav;
using ImageHub.Domain.Webhooks;
using ImageHub.Infrastructure.Database.Statements;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database;

/// <summary>The database schema on PostgreSQL. The migrations project contains the schema's history.</summary>
public sealed class ImageHubDb(DbContextOptions<ImageHubDb> options) : DbContext(options), IImageHubDb
{
    /// <summary>The assembly that contains the migrations.</summary>
    public const string MigrationsAssembly = "ImageHub.Migrations";

    /// <summary>The embedded resource that creates the schema in an empty database: the statements of all migrations, in order.</summary>
    internal const string SchemaScript = "Schema.sql";

    /// <summary>The scope's statement timeout for the client and the database; null while the context is in its pool.</summary>
    internal StatementTimeout? StatementTimeout { get; set; }

    /// <summary>The caller whose share of the connection pool includes this context's connection; null while the context is in its own pool.</summary>
    internal ConnectionShare? Share { get; set; }

    /// <summary>The turns of transactions that lock the same rows; null until the context is handed to a scope.</summary>
    internal Turns? Turns { get; set; }

    /// <summary>The lease that the open connection holds from the caller's share.</summary>
    internal RateLimitLease? Lease { get; set; }

    /// <summary>Whether a statement failed or was cancelled on the open connection.</summary>
    internal bool HasFailedStatement { get; set; }

    /// <inheritdoc/>
    public IQueryable<Group> Groups => AllGroups.Where(group => group.OwnerId == null && group.InboxOf == null);

    /// <inheritdoc/>
    public DbSet<Group> AllGroups => Set<Group>();

    /// <inheritdoc/>
    public DbSet<GroupMember> GroupMembers => Set<GroupMember>();

    /// <inheritdoc/>
    public DbSet<FormerSlug> FormerSlugs => Set<FormerSlug>();

    /// <inheritdoc/>
    public IQueryable<Image> Images => AllImages.Where(image => image.GuestId == null);

    /// <inheritdoc/>
    public DbSet<Image> AllImages => Set<Image>();

    /// <inheritdoc/>
    public DbSet<SimilarImages> SimilarImages => Set<SimilarImages>();

    /// <inheritdoc/>
    public DbSet<UncomparedImage> UncomparedImages => Set<UncomparedImage>();

    /// <inheritdoc/>
    public DbSet<Thumbnail> Thumbnails => Set<Thumbnail>();

    /// <inheritdoc/>
    public DbSet<Link> Links => Set<Link>();

    /// <inheritdoc/>
    public DbSet<Archive> Archives => Set<Archive>();

    /// <inheritdoc/>
    public DbSet<LinkGuest> LinkGuests => Set<LinkGuest>();

    /// <inheritdoc/>
    public DbSet<Favourite> Favourites => Set<Favourite>();

    /// <inheritdoc/>
    public DbSet<UploadGuest> UploadGuests => Set<UploadGuest>();

    /// <inheritdoc/>
    public DbSet<Tier> Tiers => Set<Tier>();

    /// <inheritdoc/>
    public DbSet<User> Users => Set<User>();

    /// <inheritdoc/>
    public DbSet<Session> Sessions => Set<Session>();

    /// <inheritdoc/>
    public DbSet<ReplacedToken> ReplacedTokens => Set<ReplacedToken>();

    /// <inheritdoc/>
    public DbSet<KnownAddress> KnownAddresses => Set<KnownAddress>();

    /// <inheritdoc/>
    public DbSet<UploadBatch> UploadBatches => Set<UploadBatch>();

    /// <inheritdoc/>
    public DbSet<UploadFile> UploadFiles => Set<UploadFile>();

    /// <inheritdoc/>
    public DbSet<UploadPart> UploadParts => Set<UploadPart>();

    /// <inheritdoc/>
    public DbSet<Placeholder> Placeholders => Set<Placeholder>();

    /// <inheritdoc/>
    public DbSet<JunkFile> JunkFiles => Set<JunkFile>();

    /// <inheritdoc/>
    public DbSet<ReplacingUpload> ReplacingUploads => Set<ReplacingUpload>();

    /// <inheritdoc/>
    public DbSet<DavLock> DavLocks => Set<DavLock>();

    /// <inheritdoc/>
    public DbSet<DavProperty> DavProperties => Set<DavProperty>();

    /// <inheritdoc/>
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <inheritdoc/>
    public DbSet<Passkey> Passkeys => Set<Passkey>();

    /// <inheritdoc/>
    public DbSet<OidcIdentity> OidcIdentities => Set<OidcIdentity>();

    /// <inheritdoc/>
    public DbSet<OidcDeparture> OidcDepartures => Set<OidcDeparture>();

    /// <inheritdoc/>
    public DbSet<OidcJoinIntent> OidcJoinIntents => Set<OidcJoinIntent>();

    /// <inheritdoc/>
    public DbSet<OidcLogout> OidcLogouts => Set<OidcLogout>();

    /// <inheritdoc/>
    public DbSet<TransformKey> TransformKeys => Set<TransformKey>();

    /// <inheritdoc/>
    public DbSet<OrphanedObject> OrphanedObjects => Set<OrphanedObject>();

    /// <inheritdoc/>
    public DbSet<DamagedObject> DamagedObjects => Set<DamagedObject>();

    /// <inheritdoc/>
    public DbSet<Scrub> Scrubs => Set<Scrub>();

    /// <inheritdoc/>
    public DbSet<LastBackup> LastBackups => Set<LastBackup>();

    /// <inheritdoc />
    public DbSet<RenditionPass> RenditionPasses => Set<RenditionPass>();

    /// <inheritdoc/>
    public DbSet<SiteLogo> SiteLogos => Set<SiteLogo>();

    /// <inheritdoc/>
    public DbSet<SiteProfile> SiteProfiles => Set<SiteProfile>();

    /// <inheritdoc/>
    public DbSet<OneDriveConnection> OneDriveConnections => Set<OneDriveConnection>();

    /// <inheritdoc/>
    public DbSet<OneDriveSignIn> OneDriveSignIns => Set<OneDriveSignIn>();

    /// <inheritdoc/>
    public DbSet<Import> Imports => Set<Import>();

    /// <inheritdoc/>
    public DbSet<ImportFolder> ImportFolders => Set<ImportFolder>();

    /// <inheritdoc/>
    public DbSet<ImportFile> ImportFiles => Set<ImportFile>();

    /// <inheritdoc/>
    public DbSet<InventoryRecord> InventoryRecords => Set<InventoryRecord>();

    /// <inheritdoc/>
    public DbSet<InventoryRollup> InventoryRollups => Set<InventoryRollup>();

    /// <inheritdoc/>
    public DbSet<WebhookEvent> WebhookEvents => Set<WebhookEvent>();

    /// <summary>The keys that encrypt secrets.</summary>
    public DbSet<ProtectionKey> ProtectionKeys => Set<ProtectionKey>();

    /// <inheritdoc/>
    public ILocks Locks => new Locks(this);

    /// <inheritdoc/>
    public IRowOrder RowOrder => new RowOrder(this);

    /// <inheritdoc/>
    public IGroupTree GroupTree => new GroupTree(this);

    /// <inheritdoc/>
    public IFacetCounts FacetCounts => new FacetCounts(this);

    /// <inheritdoc/>
    public IComparisons Comparisons => new Comparisons(this);

    /// <inheritdoc/>
    public IInventoryFigures InventoryFigures => new InventoryFigures(this);

    /// <inheritdoc/>
    public IWebhookQueue WebhookQueue => new WebhookQueue(this);

    /// <inheritdoc/>
    public IObjectRows ObjectRows => new ObjectRows(this);

    /// <inheritdoc/>
    public IAtomicChanges AtomicChanges => new AtomicChanges(this);

    /// <inheritdoc/>
    public IText Text => new Text(this);

    /// <inheritdoc/>
    public override void Dispose()
    {
        Forget();
        base.Dispose();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Forget();
        return base.DisposeAsync();
    }

    private void Forget()
    {
        Lease?.Dispose();
        (StatementTimeout, Share, Lease) = (null, null, null);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ImageHubDb).Assembly);

        // EFCore.NamingConventions derives a name from the columns, even for an index that already has a name.
        foreach (var index in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetIndexes()).Where(index => index.Name is not null))
        {
            index.SetDatabaseName(index.Name);
        }
    }
}
