using ImageHub.Domain.Transforms;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class TransformKeyConfiguration : IEntityTypeConfiguration<TransformKey>
{
    public void Configure(EntityTypeBuilder<TransformKey> builder) => builder.HasIndex(row => new { row.CreatedAt, row.Id });
}
