using ImageHub.Domain.Archives;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class ArchiveConfiguration : IEntityTypeConfiguration<Archive>
{
    public void Configure(EntityTypeBuilder<Archive> builder)
    {
        builder.HasOne<Group>().WithMany().HasForeignKey(row => row.GroupId).HasConstraintName("fk_archives_groups_group_id").OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Link>().WithMany().HasForeignKey(row => row.LinkId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.TokenHash).IsUnique();
        builder.HasIndex(row => row.ExpiresAt);
    }
}
