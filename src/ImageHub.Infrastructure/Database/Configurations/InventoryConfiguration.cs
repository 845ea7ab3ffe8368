using ImageHub.Domain.Inventory;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class InventoryRecordConfiguration : IEntityTypeConfiguration<InventoryRecord>
{
    public void Configure(EntityTypeBuilder<InventoryRecord> builder)
    {
        // The index contains the whole row and is sorted by product and time, so a page of a product's records reads only the index. The table is in order of
        // arrival.
        builder.HasIndex(row => new { row.ProductId, row.ObservedAt }).IsUnique().IncludeProperties(row => new { row.Id, row.Quantity });
        builder.ToTable(table => table.HasCheckConstraint("ck_inventory_records_quantity", "quantity >= 0"));
    }
}

internal sealed class InventoryRollupConfiguration : IEntityTypeConfiguration<InventoryRollup>
{
    public void Configure(EntityTypeBuilder<InventoryRollup> builder)
    {
        builder.HasKey(row => new { row.ProductId, row.Width, row.StartsAt });
    }
}
