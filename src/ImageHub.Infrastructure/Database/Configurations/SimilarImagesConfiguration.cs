using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class SimilarImagesConfiguration : IEntityTypeConfiguration<SimilarImages>
{
    public void Configure(EntityTypeBuilder<SimilarImages> builder)
    {
        builder.HasKey(row => new { row.NewerId, row.OlderId });
        builder.HasOne<Image>().WithMany().HasForeignKey(row => row.NewerId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Image>().WithMany().HasForeignKey(row => row.OlderId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.Distance, row.NewerId, row.OlderId }, "ix_similar_images_distance").IsDescending(false, true, true).HasFilter("NOT is_kept");
    }
}

internal sealed class UncomparedImageConfiguration : IEntityTypeConfiguration<UncomparedImage>
{
    public void Configure(EntityTypeBuilder<UncomparedImage> builder)
    {
        builder.HasKey(row => row.ImageId);
        builder.HasOne<Image>().WithOne().HasForeignKey<UncomparedImage>(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
    }
}
