using ImageHub.Domain.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class OrphanedObjectConfiguration : IEntityTypeConfiguration<OrphanedObject>
{
    public void Configure(EntityTypeBuilder<OrphanedObject> builder)
    {
        builder.HasKey(row => row.Key);
    }
}

internal sealed class DamagedObjectConfiguration : IEntityTypeConfiguration<DamagedObject>
{
    public void Configure(EntityTypeBuilder<DamagedObject> builder)
    {
        builder.HasIndex(row => new { row.ImageId, row.Variant }).IsUnique();
        builder.HasIndex(row => new { row.Since, row.Id });
    }
}

internal sealed class ScrubConfiguration : IEntityTypeConfiguration<Scrub>
{
    public void Configure(EntityTypeBuilder<Scrub> builder)
    {
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("ck_scrubs_only", $"id = {Scrub.OnlyId}"));
    }
}

internal sealed class LastBackupConfiguration : IEntityTypeConfiguration<LastBackup>
{
    public void Configure(EntityTypeBuilder<LastBackup> builder)
    {
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("ck_last_backups_only", $"id = {LastBackup.OnlyId}"));
    }
}
