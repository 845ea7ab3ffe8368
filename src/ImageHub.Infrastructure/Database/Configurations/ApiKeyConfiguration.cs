using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.CreatedBy).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => row.KeyHash).IsUnique();
        builder.HasIndex(row => new { row.CreatedAt, row.Id });
    }
}
