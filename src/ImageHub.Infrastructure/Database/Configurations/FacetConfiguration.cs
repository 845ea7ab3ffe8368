using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class FacetCountConfiguration : IEntityTypeConfiguration<FacetCount>
{
    public void Configure(EntityTypeBuilder<FacetCount> builder)
    {
        builder.ToTable("facet_counts");
        builder.HasKey(row => new { row.Kind, row.Value });

        // For listing the most frequent values of a kind. Each kind of caller has its own count.
        builder.HasIndex(row => new { row.Kind, row.PublicCount, row.Value }, "ix_facet_counts_public").IsDescending(false, true, false);
        builder.HasIndex(row => new { row.Kind, row.CuratedCount, row.Value }, "ix_facet_counts_curated").IsDescending(false, true, false);
        builder.HasIndex(row => new { row.Kind, row.LiveCount, row.Value }, "ix_facet_counts_live").IsDescending(false, true, false);
        builder.HasIndex(row => row.Value, "ix_facet_counts_search").HasMethod("gin").HasOperators("gin_trgm_ops");
    }
}

internal sealed class FacetChangeConfiguration : IEntityTypeConfiguration<FacetChange>
{
    public void Configure(EntityTypeBuilder<FacetChange> builder)
    {
        builder.ToTable("facet_changes");
    }
}
