using ImageHub.Domain.Accounts;
using ImageHub.Domain.OneDrive;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class OneDriveConnectionConfiguration : IEntityTypeConfiguration<OneDriveConnection>
{
    public void Configure(EntityTypeBuilder<OneDriveConnection> builder)
    {
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("ck_one_drive_connections_only", $"id = {OneDriveConnection.OnlyId}"));
    }
}

internal sealed class OneDriveSignInConfiguration : IEntityTypeConfiguration<OneDriveSignIn>
{
    public void Configure(EntityTypeBuilder<OneDriveSignIn> builder)
    {
        builder.HasKey(row => row.StateHash);
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ImportConfiguration : IEntityTypeConfiguration<Import>
{
    public void Configure(EntityTypeBuilder<Import> builder)
    {
        builder.HasIndex(row => row.Id, "ix_imports_open").HasFilter($"state IN ({(int)ImportState.Queued}, {(int)ImportState.Running})");
    }
}

internal sealed class ImportFolderConfiguration : IEntityTypeConfiguration<ImportFolder>
{
    public void Configure(EntityTypeBuilder<ImportFolder> builder)
    {
        builder.HasOne<Import>().WithMany().HasForeignKey(row => row.ImportId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.ImportId, row.ItemId }).IsUnique();
    }
}

internal sealed class ImportFileConfiguration : IEntityTypeConfiguration<ImportFile>
{
    public void Configure(EntityTypeBuilder<ImportFile> builder)
    {
        builder.HasOne<Import>().WithMany().HasForeignKey(row => row.ImportId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImportFolder>().WithMany().HasForeignKey(row => row.FolderId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.ImportId, row.ItemId }).IsUnique();
        builder.HasIndex(row => new { row.FolderId, row.Place });
    }
}
