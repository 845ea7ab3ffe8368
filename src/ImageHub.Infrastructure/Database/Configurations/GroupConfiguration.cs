using ImageHub.Domain.Groups;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class GroupConfiguration : IEntityTypeConfiguration<Group>
{
    public void Configure(EntityTypeBuilder<Group> builder)
    {
        // No foreign key: a user's own group outlives the account until its last image has been purged.
        builder.HasIndex(row => row.OwnerId, "ux_groups_owner").IsUnique().HasFilter("owner_id IS NOT NULL");
        builder.Ignore(row => row.Rights);
        builder.Ignore(row => row.IsCurated);
        builder.Ignore(row => row.PublishedSetting);

        // No action instead of restrict: emptying the trash deletes a group and the groups below it in one statement.
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.ParentId).OnDelete(DeleteBehavior.NoAction);
        builder.ToTable("groups", table =>
        {
            table.HasCheckConstraint("ck_groups_own", "owner_id IS NULL OR (NOT is_published AND product_id IS NULL)");
            table.HasCheckConstraint("ck_groups_inbox", "(inbox_of IS NULL) = (guest_id IS NULL) AND (inbox_of IS NULL OR (owner_id IS NULL AND NOT is_published AND product_id IS NULL))");
            table.HasCheckConstraint("ck_groups_counts", "image_count >= 0 AND image_bytes >= 0");
            table.HasCheckConstraint("ck_groups_path", $"cardinality(path) < {Group.MaxLevels} AND parent_id IS NOT DISTINCT FROM path[cardinality(path)]");
            table.HasCheckConstraint("ck_groups_hidden_by_parent", "NOT is_hidden_by_parent OR parent_id IS NOT NULL AND NOT is_published");
        });

        // No foreign keys: an inbox outlives its guest and its group until its last image has been approved or purged.
        builder.HasIndex(row => row.GuestId, "ux_groups_guest").IsUnique().HasFilter("guest_id IS NOT NULL");

        // For the number of a group's pending images.
        builder.HasIndex(row => row.InboxOf, "ix_groups_inbox_of").IncludeProperties(row => new { row.ImageCount }).HasFilter($"{RowFilters.Live} AND inbox_of IS NOT NULL");

        // The trigger assign_slug assigns slugs.
        builder.HasIndex(row => row.Slug, "ux_groups_slug").IsUnique().HasFilter($"{RowFilters.Live} AND {RowFilters.Curated}");

        // The trigger assign_folder_name assigns the names. The first level has an index of its own, as for the lists below.
        builder.HasIndex(row => new { row.ParentId, row.FolderName }, "ux_groups_folder_name").IsUnique().HasFilter($"{RowFilters.Live} AND {RowFilters.Curated} AND parent_id IS NOT NULL");
        builder.HasIndex(row => row.FolderName, "ux_groups_first_level_folder_name").IsUnique().HasFilter($"{RowFilters.Live} AND {RowFilters.Curated} AND parent_id IS NULL");

        // Every list of groups reads one of these indexes, from its start or from a cursor.
        builder.HasIndex(row => new { row.Position, row.Id }, "ix_groups_live_position").HasFilter($"{RowFilters.Live} AND {RowFilters.Curated}");
        builder.HasIndex(row => new { row.Position, row.Id }, "ix_groups_public_position").HasFilter(RowFilters.Public);

        // The first level has indexes of its own: PostgreSQL does not read an index on parent_id in order of the position if parent_id is null.
        builder.HasIndex(row => new { row.Position, row.Id }, "ix_groups_live_first_level").HasFilter($"{RowFilters.Live} AND {RowFilters.Curated} AND parent_id IS NULL");
        builder.HasIndex(row => new { row.Position, row.Id }, "ix_groups_public_first_level").HasFilter($"{RowFilters.Public} AND parent_id IS NULL");
        builder.HasIndex(row => new { row.ParentId, row.Position, row.Id }, "ix_groups_parent_position").HasFilter("parent_id IS NOT NULL");
        builder.HasIndex(row => new { row.ParentId, row.Position, row.Id }, "ix_groups_public_parent_position").HasFilter($"{RowFilters.Public} AND parent_id IS NOT NULL");
        builder.HasIndex(row => row.Path, "ix_groups_path").HasMethod("gin");
        builder.HasIndex(row => new { row.DeletedAt, row.Id }, "ix_groups_trash").HasFilter($"{RowFilters.Trashed} AND {RowFilters.Curated} AND trashed_with_id IS NULL");
        builder.HasIndex(row => row.SearchText, "ix_groups_search").HasMethod("gin").HasOperators("gin_trgm_ops");
        builder.HasIndex(row => row.ProductId).HasFilter("product_id IS NOT NULL");
    }
}
