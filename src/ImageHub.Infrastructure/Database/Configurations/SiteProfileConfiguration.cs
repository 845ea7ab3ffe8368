using ImageHub.Domain.Site;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class SiteProfileConfiguration : IEntityTypeConfiguration<SiteProfile>
{
    public void Configure(EntityTypeBuilder<SiteProfile> builder)
    {
        builder.Ignore(row => row.Footer);
        builder.Ignore(row => row.Watermark);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.Property(row => row.GalleryId).HasDefaultValueSql("gen_random_uuid()");
        builder.ToTable(table => table.HasCheckConstraint("ck_site_profiles_only", $"id = {SiteProfile.OnlyId}"));
    }
}
