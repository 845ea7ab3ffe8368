using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class ThumbnailConfiguration : IEntityTypeConfiguration<Thumbnail>
{
    public void Configure(EntityTypeBuilder<Thumbnail> builder)
    {
        builder.HasKey(row => new { row.ImageId, row.Number });
        builder.HasOne<Image>().WithMany().HasForeignKey(row => row.ImageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.LastReadAt);
        builder.Property(row => row.Number).HasColumnName("height");
        builder.Property(row => row.Crc32).HasConversion<long>();
    }
}
