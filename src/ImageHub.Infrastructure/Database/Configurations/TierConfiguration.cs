using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class TierConfiguration : IEntityTypeConfiguration<Tier>
{
    public void Configure(EntityTypeBuilder<Tier> builder)
    {
        builder.HasIndex(row => row.NormalizedName).IsUnique();

        // Rows of the migration and not of the start: it runs once, so that a tier that was changed or deleted stays so.
        builder.HasData(
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
}
