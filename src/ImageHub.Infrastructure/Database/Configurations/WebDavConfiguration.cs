using ImageHub.Domain.Accounts;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class PlaceholderConfiguration : IEntityTypeConfiguration<Placeholder>
{
    public void Configure(EntityTypeBuilder<Placeholder> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.AccountId, row.GroupId, row.Name }).IsUnique();
        builder.HasIndex(row => row.WrittenAt);
    }
}

internal sealed class JunkFileConfiguration : IEntityTypeConfiguration<JunkFile>
{
    public void Configure(EntityTypeBuilder<JunkFile> builder)
    {
        builder.HasKey(row => new { row.AccountId, row.PathHash });
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.WrittenAt);
    }
}

internal sealed class ReplacingUploadConfiguration : IEntityTypeConfiguration<ReplacingUpload>
{
    public void Configure(EntityTypeBuilder<ReplacingUpload> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.AccountId, row.PlaceHash });
        builder.HasIndex(row => row.ProtectedUntil);
    }
}

internal sealed class DavLockConfiguration : IEntityTypeConfiguration<DavLock>
{
    public void Configure(EntityTypeBuilder<DavLock> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.GroupId, row.Name });
        builder.HasIndex(row => row.ExpiresAt);
    }
}

internal sealed class DavPropertyConfiguration : IEntityTypeConfiguration<DavProperty>
{
    public void Configure(EntityTypeBuilder<DavProperty> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Image>().WithMany().HasForeignKey(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Placeholder>().WithMany().HasForeignKey(row => row.PlaceholderId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.GroupId, row.Namespace, row.Name }, "ux_dav_properties_group").IsUnique().HasFilter("group_id IS NOT NULL");
        builder.HasIndex(row => new { row.ImageId, row.Namespace, row.Name }, "ux_dav_properties_image").IsUnique().HasFilter("image_id IS NOT NULL");
        builder.HasIndex(row => new { row.PlaceholderId, row.Namespace, row.Name }, "ux_dav_properties_placeholder").IsUnique().HasFilter("placeholder_id IS NOT NULL");

        // For the total size of the properties that an account has set.
        builder.HasIndex(row => row.AccountId, "ix_dav_properties_account").IncludeProperties(row => new { row.Bytes });
        builder.ToTable(table => table.HasCheckConstraint("ck_dav_properties_owner", "num_nonnulls(group_id, image_id, placeholder_id) = 1"));
    }
}
