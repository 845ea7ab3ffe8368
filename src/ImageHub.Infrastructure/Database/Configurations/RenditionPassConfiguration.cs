using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class RenditionPassConfiguration : IEntityTypeConfiguration<RenditionPass>
{
    public void Configure(EntityTypeBuilder<RenditionPass> builder)
    {
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("ck_rendition_passes_only", $"id = {RenditionPass.OnlyId}"));
    }
}
