using System.Text;
using System.Threading.RateLimiting;
using ImageHub.Application.Database;
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
using ImageHub.Domain.Uploads;
using ImageHub.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database;

/// <summary>The schema on PostgreSQL. Its history is in the migrations project.</summary>
public sealed class ImageHubDb(DbContextOptions<ImageHubDb> options) : DbContext(options), IImageHubDb
{
    /// <summary>The assembly that holds the migrations.</summary>
    public const string MigrationsAssembly = "ImageHub.Migrations";

    /// <summary>Its resource that makes the schema of an empty database: the statements of all migrations, in order.</summary>
    internal const string SchemaScript = "Schema.sql";

    private const string IsLive = "deleted_at IS NULL";
    private const string IsCurated = " AND owner_id IS NULL";
    private const string IsPublic = "deleted_at IS NULL AND is_published";
    private const string IsOwned = "deleted_at IS NULL AND owner_id IS NOT NULL";
    private const string IsTrashed = "deleted_at IS NOT NULL";

    /// <summary>The limit that the database itself keeps (<see cref="StatementTimeout.AtServer"/>), until the context goes back to its pool.</summary>
    internal StatementTimeout? StatementTimeout { get; set; }

    /// <summary>Whom its connection is counted for, until the context goes back to its pool.</summary>
    internal ConnectionShare? Share { get; set; }

    /// <summary>The place that its open connection takes of the caller's share.</summary>
    internal RateLimitLease? Lease { get; set; }

    /// <inheritdoc/>
    public IQueryable<Group> Groups => AllGroups.Where(group => group.OwnerId == null);

    /// <inheritdoc/>
    public DbSet<Group> AllGroups => Set<Group>();

    /// <inheritdoc/>
    public DbSet<Image> Images => Set<Image>();

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
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <inheritdoc/>
    public DbSet<OrphanedObject> OrphanedObjects => Set<OrphanedObject>();

    /// <inheritdoc/>
    public DbSet<DamagedObject> DamagedObjects => Set<DamagedObject>();

    /// <inheritdoc/>
    public DbSet<Scrub> Scrubs => Set<Scrub>();

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

    /// <summary>The keys that secrets are encrypted with.</summary>
    public DbSet<ProtectionKey> ProtectionKeys => Set<ProtectionKey>();

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
        modelBuilder.Entity<Group>(MapGroup);
        modelBuilder.Entity<Image>(MapImage);
        modelBuilder.Entity<Thumbnail>(thumbnail =>
        {
            thumbnail.HasKey(row => new { row.ImageId, row.Height });
            thumbnail.HasOne<Image>().WithMany().HasForeignKey(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
            thumbnail.HasIndex(row => row.LastReadAt);
            thumbnail.Property(row => row.Crc32).HasConversion<long?>();
        });
        modelBuilder.Entity<SimilarImages>(pair =>
        {
            pair.HasKey(row => new { row.NewerId, row.OlderId });
            pair.HasOne<Image>().WithMany().HasForeignKey(row => row.NewerId).OnDelete(DeleteBehavior.Cascade);
            pair.HasOne<Image>().WithMany().HasForeignKey(row => row.OlderId).OnDelete(DeleteBehavior.Cascade);
            pair.HasIndex(row => new { row.Distance, row.NewerId, row.OlderId }, "ix_similar_images_distance").IsDescending(false, true, true).HasFilter("NOT is_kept");
        });
        modelBuilder.Entity<UncomparedImage>(waiting =>
        {
            waiting.HasKey(row => row.ImageId);
            waiting.HasOne<Image>().WithOne().HasForeignKey<UncomparedImage>(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
        });
        MapFacets(modelBuilder);
        modelBuilder.Entity<Link>(MapLink);
        modelBuilder.Entity<Archive>(archive =>
        {
            archive.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
            archive.HasOne<Link>().WithMany().HasForeignKey(row => row.LinkId).OnDelete(DeleteBehavior.Cascade);
            archive.HasIndex(row => row.TokenHash).IsUnique();
            archive.HasIndex(row => row.ExpiresAt);
        });
        MapFavourites(modelBuilder);
        modelBuilder.Entity<Tier>(MapTier);
        modelBuilder.Entity<User>(user =>
        {
            user.HasOne<Tier>().WithMany().HasForeignKey(row => row.TierId).OnDelete(DeleteBehavior.Restrict);
            user.HasIndex(row => row.NormalizedUserName).IsUnique();
            user.ToTable(table => table.HasCheckConstraint("ck_users_tier", $"(role = {(int)Role.Admin}) = (tier_id IS NULL)"));
        });
        modelBuilder.Entity<Session>(session =>
        {
            session.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
            session.HasIndex(row => row.CurrentTokenHash).IsUnique();
            session.HasIndex(row => row.ExpiresAt);
        });
        modelBuilder.Entity<ReplacedToken>(token =>
        {
            token.HasKey(row => row.TokenHash);
            token.HasOne<Session>().WithMany().HasForeignKey(row => row.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<KnownAddress>(known =>
        {
            known.HasKey(row => new { row.UserId, row.AddressHash });
            known.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
            known.HasIndex(row => row.SignedInAt);
        });
        modelBuilder.Entity<UploadBatch>(batch =>
        {
            batch.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
            batch.HasIndex(row => new { row.AccountId, row.CreatedAt, row.Id });
        });
        modelBuilder.Entity<UploadFile>(MapUploadFile);
        modelBuilder.Entity<UploadPart>(part =>
        {
            part.Ignore(row => row.Key);

            // A part whose file is gone stays until its object is deleted.
            part.HasOne<UploadFile>().WithMany().HasForeignKey(row => row.FileId).OnDelete(DeleteBehavior.SetNull);
            part.HasIndex(row => new { row.FileId, row.Offset });
        });
        modelBuilder.Entity<ApiKey>(key =>
        {
            key.HasOne<User>().WithMany().HasForeignKey(row => row.CreatedBy).OnDelete(DeleteBehavior.Cascade);
            key.HasIndex(row => row.KeyHash).IsUnique();
            key.HasIndex(row => new { row.CreatedAt, row.Id });
        });
        modelBuilder.Entity<OrphanedObject>().HasKey(row => row.Key);
        modelBuilder.Entity<DamagedObject>(damaged =>
        {
            damaged.HasIndex(row => new { row.ImageId, row.Variant }).IsUnique();
            damaged.HasIndex(row => new { row.Since, row.Id });
        });
        modelBuilder.Entity<Scrub>(scrub =>
        {
            scrub.Property(row => row.Id).ValueGeneratedNever();
            scrub.ToTable(table => table.HasCheckConstraint("ck_scrubs_only", $"id = {Scrub.OnlyId}"));
        });
        modelBuilder.Entity<SiteProfile>(site =>
        {
            site.Ignore(row => row.Footer);
            site.Property(row => row.Id).ValueGeneratedNever();
            site.ToTable(table => table.HasCheckConstraint("ck_site_profiles_only", $"id = {SiteProfile.OnlyId}"));
            site.HasData(new { Id = SiteProfile.OnlyId, FooterLabels = (IReadOnlyList<string>)[], FooterUrls = (IReadOnlyList<string>)[] });
        });
        modelBuilder.Entity<ProtectionKey>().HasKey(row => row.Id);
        MapOneDrive(modelBuilder);
        MapInventory(modelBuilder);
        modelBuilder.Entity<WebhookEvent>(waiting =>
        {
            waiting.HasIndex(row => row.DueAt);

            // They are counted by kind, up to the most that wait.
            waiting.HasIndex(row => row.Kind);
        });
        NameInSnakeCase(modelBuilder);
    }

    private static void MapGroup(EntityTypeBuilder<Group> group)
    {
        // No foreign key: a user's own group outlives the account until its last image has been purged.
        group.HasIndex(row => row.OwnerId, "ux_groups_owner").IsUnique().HasFilter("owner_id IS NOT NULL");
        group.ToTable("groups", table =>
        {
            table.HasCheckConstraint("ck_groups_own", "owner_id IS NULL OR (NOT is_published AND product_id IS NULL)");
            table.HasCheckConstraint("ck_groups_counts", "image_count >= 0 AND image_bytes >= 0");
        });

        // Every list of groups reads one of these from its start or from a cursor.
        group.HasIndex(row => new { row.Position, row.Id }, "ix_groups_live_position").HasFilter(IsLive + IsCurated);
        group.HasIndex(row => new { row.Position, row.Id }, "ix_groups_public_position").HasFilter(IsPublic);
        group.HasIndex(row => new { row.DeletedAt, row.Id }, "ix_groups_trash").HasFilter(IsTrashed + IsCurated);
        group.HasIndex(row => row.SearchText, "ix_groups_search").HasMethod("gin").HasOperators("gin_trgm_ops");
        group.HasIndex(row => row.ProductId).HasFilter("product_id IS NOT NULL");
    }

    private static void MapImage(EntityTypeBuilder<Image> image)
    {
        image.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Restrict);
        image.ToTable(table => table.HasCheckConstraint("ck_images_own", "owner_id IS NULL OR NOT is_published"));
        image.ComplexProperty(row => row.Full, full => full.Property(row => row.Crc32).HasConversion<long?>().IsRequired());
        image.ComplexProperty(row => row.High, high => high.Property(row => row.Crc32).HasConversion<long?>());
        image.ComplexProperty(row => row.Medium!, medium => medium.Property(row => row.Crc32).HasConversion<long?>());
        image.ComplexProperty(row => row.Low, low => low.Property(row => row.Crc32).HasConversion<long?>());
        image.HasMany(row => row.Damages).WithOne().HasForeignKey(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
        image.Ignore(row => row.Exposure);
        image.Property(row => row.TakenAt).HasColumnType("timestamp without time zone");
        image.Property(row => row.TakenOrCreatedAt).HasColumnType("timestamp without time zone");

        image.HasIndex(row => new { row.GroupId, row.FileName }, "ux_images_file_name").IsUnique().HasFilter(IsLive);
        image.HasIndex(row => new { row.GroupId, row.Sha256 }, "ux_images_sha256").IsUnique().HasFilter(IsLive);
        image.HasIndex(row => row.Sha256, "ix_images_sha256").HasFilter(IsLive);

        // Empty but for the time after an update of a program that made none.
        image.HasIndex(row => row.Id, "ix_images_without_medium").HasFilter("medium_bytes IS NULL");
        image.HasIndex(row => row.Id, "ix_images_without_alternates").HasFilter("alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL");

        image.HasIndex(row => row.Id, "ix_images_without_hash").HasFilter("perceptual_hash IS NULL AND owner_id IS NULL AND deleted_at IS NULL");

        // All that comparing reads of the others.
        image.HasIndex(row => row.Id, "ix_images_hashes").IncludeProperties(row => new { row.PerceptualHash }).HasFilter("perceptual_hash IS NOT NULL AND deleted_at IS NULL");

        // Empty but for the time after an update with a stricter list.
        image.HasIndex(row => row.Id, "ix_images_cleaning").HasFilter(FormattableString.Invariant($"cleaning < {Image.LatestCleaning}"));

        image.HasIndex(row => new { row.OwnerId, row.CreatedAt, row.Id }, "ix_images_owner_created_at").HasFilter(IsOwned);
        image.HasIndex(row => new { row.GroupId, row.Position, row.Id }, "ix_images_group_position").HasFilter(IsLive);

        // The first and the last date of a group.
        image.HasIndex(row => new { row.GroupId, row.TakenAt }, "ix_images_group_taken_at").HasFilter(IsLive + " AND taken_at IS NOT NULL");

        // One for each order of the list of all images, for admins and for visitors; those by size are in the migration,
        // since an index cannot name a member of a complex property.
        foreach (var (name, filter) in new[] { ("live", IsLive), ("public", IsPublic) })
        {
            image.HasIndex(row => new { row.CreatedAt, row.Id }, $"ix_images_{name}_created_at").HasFilter(filter);
            image.HasIndex(row => new { row.TakenOrCreatedAt, row.Id }, $"ix_images_{name}_taken_at").HasFilter(filter);
            image.HasIndex(row => new { row.FileName, row.Id }, $"ix_images_{name}_file_name").HasFilter(filter);
            image.HasIndex(row => new { row.Position, row.Id }, $"ix_images_{name}_position").HasFilter(filter);
        }

        // The trash lists what was deleted on its own; emptying it takes what went with its group, too.
        image.HasIndex(row => new { row.DeletedAt, row.Id }, "ix_images_trash").HasFilter(IsTrashed + " AND NOT trashed_with_group");
        image.HasIndex(row => row.DeletedAt, "ix_images_deleted_at").HasFilter(IsTrashed);
        image.HasIndex(row => row.Tags, "ix_images_tags").HasMethod("gin");
        image.HasIndex(row => row.SearchText, "ix_images_search").HasMethod("gin").HasOperators("gin_trgm_ops");
        image.HasIndex(row => row.Camera, "ix_images_camera").HasMethod("gin").HasOperators("gin_trgm_ops").HasFilter("camera IS NOT NULL");
    }

    private static void MapFacets(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<FacetCount>(facet =>
        {
            facet.ToTable("facet_counts");
            facet.HasKey(row => new { row.Kind, row.Value });

            // The most used ones of a kind, as each caller counts.
            facet.HasIndex(row => new { row.Kind, row.PublicCount, row.Value }, "ix_facet_counts_public").IsDescending(false, true, false);
            facet.HasIndex(row => new { row.Kind, row.CuratedCount, row.Value }, "ix_facet_counts_curated").IsDescending(false, true, false);
            facet.HasIndex(row => new { row.Kind, row.LiveCount, row.Value }, "ix_facet_counts_live").IsDescending(false, true, false);
            facet.HasIndex(row => row.Value, "ix_facet_counts_search").HasMethod("gin").HasOperators("gin_trgm_ops");
        });
        modelBuilder.Entity<FacetChange>().ToTable("facet_changes");
    }

    private static void MapLink(EntityTypeBuilder<Link> link)
    {
        link.HasOne<Image>().WithMany().HasForeignKey(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
        link.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
        link.HasOne<User>().WithMany().HasForeignKey(row => row.CreatedBy).OnDelete(DeleteBehavior.Cascade);
        link.HasIndex(row => row.TokenHash).IsUnique();
        link.HasIndex(row => new { row.CreatedAt, row.Id });
        link.HasIndex(row => new { row.CreatedBy, row.CreatedAt, row.Id });
        link.ToTable(table => table.HasCheckConstraint(
            "ck_links_target",
            $"(kind = {(int)LinkKind.Image}) = (image_id IS NOT NULL) AND (kind = {(int)LinkKind.Image}) = (variant IS NOT NULL) AND (kind = {(int)LinkKind.Group}) = (group_id IS NOT NULL)"));
    }

    private static void MapFavourites(ModelBuilder modelBuilder)
    {
        // No foreign keys to links and images: what was chosen outlives both.
        modelBuilder.Entity<LinkGuest>().HasIndex(row => new { row.LinkId, row.TokenHash }).IsUnique();
        modelBuilder.Entity<Favourite>(favourite =>
        {
            favourite.HasKey(row => new { row.GuestId, row.ImageId });
            favourite.HasOne<LinkGuest>().WithMany().HasForeignKey(row => row.GuestId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void MapUploadFile(EntityTypeBuilder<UploadFile> file)
    {
        file.HasOne<UploadBatch>().WithMany().HasForeignKey(row => row.BatchId).OnDelete(DeleteBehavior.Cascade);
        file.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        file.HasIndex(row => new { row.BatchId, row.Status, row.Index }).HasFilter("batch_id IS NOT NULL");
        file.HasIndex(row => new { row.BatchId, row.Index }, "ux_upload_files_index").IsUnique().HasFilter("batch_id IS NOT NULL");

        // What expires: unfinished files, and the results of those that belong to no batch.
        file.HasIndex(row => row.TouchedAt, "ix_upload_files_needed").HasFilter($"status = {(int)UploadStatus.Needed}");
        file.HasIndex(row => row.FinishedAt, "ix_upload_files_finished").HasFilter("batch_id IS NULL AND finished_at IS NOT NULL");

        // An account's files go with it.
        file.HasIndex(row => row.AccountId);

        // How many of an account are under way that belong to no batch.
        file.HasIndex(row => row.AccountId, "ix_upload_files_single").HasFilter($"batch_id IS NULL AND status = {(int)UploadStatus.Needed}");

        // Places that are promised count as taken where images are moved.
        file.HasIndex(row => new { row.GroupId, row.Position }, "ix_upload_files_promised").HasFilter($"status = {(int)UploadStatus.Needed} AND position IS NOT NULL");
        file.HasIndex(row => row.GroupId, "ix_upload_files_kept").HasFilter("\"offset\" > 0");
        file.ToTable(table => table.HasCheckConstraint("ck_upload_files_offset", "\"offset\" >= 0 AND (\"offset\" < bytes OR \"offset\" = 0)"));
    }

    private static void MapInventory(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InventoryRecord>(record =>
        {
            // It holds the whole row: a page of a product reads the index, which is in the product's order, and not the table, which is in that of arrival.
            record.HasIndex(row => new { row.ProductId, row.ObservedAt }).IsUnique().IncludeProperties(row => new { row.Id, row.Quantity });
            record.ToTable(table => table.HasCheckConstraint("ck_inventory_records_quantity", "quantity >= 0"));
        });
        modelBuilder.Entity<InventoryRollup>().HasKey(row => new { row.ProductId, row.Width, row.StartsAt });
    }

    private static void MapOneDrive(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OneDriveConnection>(connection =>
        {
            connection.Property(row => row.Id).ValueGeneratedNever();
            connection.ToTable(table => table.HasCheckConstraint("ck_one_drive_connections_only", $"id = {OneDriveConnection.OnlyId}"));
        });
        modelBuilder.Entity<OneDriveSignIn>(begun =>
        {
            begun.HasKey(row => row.StateHash);
            begun.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<Import>().HasIndex(row => row.Id, "ix_imports_open").HasFilter($"state IN ({(int)ImportState.Queued}, {(int)ImportState.Running})");
        modelBuilder.Entity<ImportFolder>(folder =>
        {
            folder.HasOne<Import>().WithMany().HasForeignKey(row => row.ImportId).OnDelete(DeleteBehavior.Cascade);
            folder.HasIndex(row => new { row.ImportId, row.ItemId }).IsUnique();
        });
        modelBuilder.Entity<ImportFile>(file =>
        {
            file.HasOne<Import>().WithMany().HasForeignKey(row => row.ImportId).OnDelete(DeleteBehavior.Cascade);
            file.HasOne<ImportFolder>().WithMany().HasForeignKey(row => row.FolderId).OnDelete(DeleteBehavior.Cascade);
            file.HasIndex(row => new { row.ImportId, row.ItemId }).IsUnique();
            file.HasIndex(row => new { row.FolderId, row.Place });
        });
    }

    private static void MapTier(EntityTypeBuilder<Tier> tier)
    {
        tier.HasIndex(row => row.NormalizedName).IsUnique();

        // Rows of the migration and not of the start: it runs once, so that a tier that was changed or deleted stays so.
        tier.HasData(
            BuiltIn(Tier.BasicId, "Basic", [200], originals: false, expiringLinks: false),
            BuiltIn(Tier.PremiumId, "Premium", [200, 400], originals: true, expiringLinks: false),
            BuiltIn(Tier.EnterpriseId, "Enterprise", [200, 400], originals: true, expiringLinks: true));
    }

    private static object BuiltIn(Guid id, string name, IReadOnlyList<int> thumbnailHeights, bool originals, bool expiringLinks) => new
    {
        Id = id,
        Name = name,
        NormalizedName = Tier.Normalize(name),
        ThumbnailHeights = thumbnailHeights,
        Originals = originals,
        ExpiringLinks = expiringLinks,
    };

    private static void NameInSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            NameColumns(entity, "");
            foreach (var key in entity.GetKeys())
            {
                key.SetName(SnakeCase(key.GetName()!));
            }

            foreach (var key in entity.GetForeignKeys())
            {
                key.SetConstraintName(SnakeCase(key.GetConstraintName()!));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(SnakeCase(index.GetDatabaseName()!));
            }
        }
    }

    private static void NameColumns(IMutableTypeBase type, string prefix)
    {
        foreach (var property in type.GetProperties())
        {
            property.SetColumnName(prefix + SnakeCase(property.Name));
        }

        foreach (var complex in type.GetComplexProperties())
        {
            NameColumns(complex.ComplexType, SnakeCase(complex.Name) + "_");
        }
    }

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
