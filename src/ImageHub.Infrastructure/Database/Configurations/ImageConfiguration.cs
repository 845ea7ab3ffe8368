using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class ImageConfiguration : IEntityTypeConfiguration<Image>
{
    public void Configure(EntityTypeBuilder<Image> builder)
    {
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Restrict);
        builder.ToTable("images", table =>
        {
            table.HasCheckConstraint("ck_images_own", "owner_id IS NULL OR NOT is_published");
            table.HasCheckConstraint("ck_images_guest", "(guest_id IS NULL) = (inbox_of IS NULL) AND (guest_id IS NULL OR (owner_id IS NULL AND NOT is_published))");
        });
        builder.ComplexProperty(row => row.Full, full => full.Property(row => row.Crc32).HasConversion<long>());
        builder.ComplexProperty(row => row.High, high => high.Property(row => row.Crc32).HasConversion<long>());
        builder.ComplexProperty(row => row.Large, large => large.Property(row => row.Crc32).HasConversion<long>());
        builder.ComplexProperty(row => row.Medium, medium => medium.Property(row => row.Crc32).HasConversion<long>());
        builder.ComplexProperty(row => row.Low, low => low.Property(row => row.Crc32).HasConversion<long>());
        builder.HasMany(row => row.Damages).WithOne().HasForeignKey(row => row.ImageId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("fk_damaged_objects_images_image_id");
        builder.Ignore(row => row.Exposure);
        builder.Ignore(row => row.Caption);
        builder.Property(row => row.TakenAt).HasColumnType("timestamp without time zone");
        builder.Property(row => row.TakenOrCreatedAt).HasColumnType("timestamp without time zone");

        builder.HasIndex(row => new { row.GroupId, row.FileName }, "ux_images_file_name").IsUnique().HasFilter(RowFilters.Live);
        builder.HasIndex(row => new { row.GroupId, row.Sha256 }, "ux_images_sha256").IsUnique().HasFilter(RowFilters.Live);
        builder.HasIndex(row => row.Sha256, "ix_images_sha256").HasFilter(RowFilters.Live);

        builder.HasIndex(row => row.Id, "ix_images_large_due").HasFilter("is_large_due AND owner_id IS NULL AND deleted_at IS NULL AND guest_id IS NULL");
        builder.HasIndex(row => row.Id, "ix_images_without_alternates").HasFilter("alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL AND guest_id IS NULL");

        // The search for similar images reads only this index, not the rows.
        builder.HasIndex(row => row.Id, "ix_images_hashes").IncludeProperties(row => new { row.PerceptualHash }).HasFilter("perceptual_hash IS NOT NULL AND deleted_at IS NULL AND guest_id IS NULL");

        builder.HasIndex(row => new { row.OwnerId, row.CreatedAt, row.Id }, "ix_images_owner_created_at").HasFilter($"{RowFilters.Live} AND owner_id IS NOT NULL");

        // For the bytes that an account has added to curated groups, which count against the account's quota. The database reads only the index, not the rows.
        builder.HasIndex(row => row.AddedBy, "ix_images_added_by").IncludeProperties(row => new { row.OriginalBytes }).HasFilter($"{RowFilters.Shown} AND owner_id IS NULL AND added_by IS NOT NULL");
        builder.HasIndex(row => new { row.GroupId, row.Position, row.Id }, "ix_images_group_position").HasFilter(RowFilters.Live);

        // For guests' photos that await approval: of a group, of a guest, and by age.
        builder.HasIndex(row => new { row.InboxOf, row.CreatedAt, row.Id }, "ix_images_pending").HasFilter(RowFilters.Pending);
        builder.HasIndex(row => new { row.GuestId, row.CreatedAt, row.Id }, "ix_images_pending_guest").HasFilter(RowFilters.Pending);
        builder.HasIndex(row => row.CreatedAt, "ix_images_pending_created_at").HasFilter(RowFilters.Pending);

        // For the first and last date of a group.
        builder.HasIndex(row => new { row.GroupId, row.TakenAt }, "ix_images_group_taken_at").HasFilter($"{RowFilters.Live} AND taken_at IS NOT NULL");

        // An index for each order of the list of all images, for admins and for visitors. The migration creates the indexes by size, because EF Core cannot
        // declare an index on a member of a complex property.
        foreach (var (name, filter) in new[] { ("live", RowFilters.Shown), ("public", $"{RowFilters.Shown} AND is_published") })
        {
            builder.HasIndex(row => new { row.CreatedAt, row.Id }, $"ix_images_{name}_created_at").HasFilter(filter);
            builder.HasIndex(row => new { row.TakenOrCreatedAt, row.Id }, $"ix_images_{name}_taken_at").HasFilter(filter);
            builder.HasIndex(row => new { row.FileName, row.Id }, $"ix_images_{name}_file_name").HasFilter(filter);
            builder.HasIndex(row => new { row.Position, row.Id }, $"ix_images_{name}_position").HasFilter(filter);
        }

        // For images with at least a given rating. The migration creates the index of the order by rating, because it contains an expression.
        builder.HasIndex(row => new { row.CreatedAt, row.Id }, "ix_images_rated_created_at").HasFilter($"{RowFilters.Shown} AND rating IS NOT NULL");

        // The trash lists images that were deleted individually; emptying it also purges images that were deleted with their group.
        builder.HasIndex(row => new { row.DeletedAt, row.Id }, "ix_images_trash").HasFilter($"{RowFilters.Trashed} AND NOT trashed_with_group");
        builder.HasIndex(row => row.DeletedAt, "ix_images_deleted_at").HasFilter(RowFilters.Trashed);

        // For the bytes of a user's images in the trash. The database reads only the index, not the rows.
        builder.HasIndex(row => row.AddedBy, "ix_images_trash_added_by").IncludeProperties(row => new { row.OriginalBytes }).HasFilter($"{RowFilters.Trashed} AND added_by IS NOT NULL");
        builder.HasIndex(row => row.Tags, "ix_images_tags").HasMethod("gin");
        builder.HasIndex(row => row.SearchText, "ix_images_search").HasMethod("gin").HasOperators("gin_trgm_ops");
        builder.HasIndex(row => row.Camera, "ix_images_camera").HasMethod("gin").HasOperators("gin_trgm_ops").HasFilter("camera IS NOT NULL");
    }
}
