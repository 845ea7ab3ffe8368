using ImageHub.Domain.Site;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class SiteLogoConfiguration : IEntityTypeConfiguration<SiteLogo>
{
    public void Configure(EntityTypeBuilder<SiteLogo> builder)
    {
        builder.HasKey(row => row.IsDark);
        builder.Property(row => row.IsDark).ValueGeneratedNever();
    }
}
