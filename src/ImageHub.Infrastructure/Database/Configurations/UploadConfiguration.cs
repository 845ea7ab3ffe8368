using ImageHub.Domain.Accounts;
using ImageHub.Domain.Uploads;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ImageHub.Infrastructure.Database.Configurations;

internal sealed class UploadBatchConfiguration : IEntityTypeConfiguration<UploadBatch>
{
    public void Configure(EntityTypeBuilder<UploadBatch> builder)
    {
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.AccountId, row.CreatedAt, row.Id });
        builder.HasIndex(row => new { row.GuestId, row.CreatedAt, row.Id }).HasFilter("guest_id IS NOT NULL");
        builder.ToTable(table => table.HasCheckConstraint("ck_upload_batches_uploader", "(account_id IS NULL) <> (guest_id IS NULL)"));
    }
}

internal sealed class UploadFileConfiguration : IEntityTypeConfiguration<UploadFile>
{
    public void Configure(EntityTypeBuilder<UploadFile> builder)
    {
        builder.HasOne<UploadBatch>().WithMany().HasForeignKey(row => row.BatchId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(row => new { row.BatchId, row.Status, row.Index }).HasFilter("batch_id IS NOT NULL");
        builder.HasIndex(row => new { row.BatchId, row.Index }, "ux_upload_files_index").IsUnique().HasFilter("batch_id IS NOT NULL");

        // For the expiry of unfinished files, and of results without a batch.
        builder.HasIndex(row => row.TouchedAt, "ix_upload_files_needed").HasFilter($"status = {(int)UploadStatus.Needed}");
        builder.HasIndex(row => row.FinishedAt, "ix_upload_files_finished").HasFilter("batch_id IS NULL AND finished_at IS NOT NULL");

        // For deleting an account's files with the account.
        builder.HasIndex(row => row.AccountId);

        // For counting an account's unfinished uploads without a batch.
        builder.HasIndex(row => row.AccountId, "ix_upload_files_single").HasFilter($"batch_id IS NULL AND status = {(int)UploadStatus.Needed}");

        // For moving images: positions reserved for unfinished uploads count as occupied.
        builder.HasIndex(row => new { row.GroupId, row.Position }, "ix_upload_files_promised").HasFilter($"status = {(int)UploadStatus.Needed} AND position IS NOT NULL");
        builder.HasIndex(row => row.GroupId, "ix_upload_files_kept").HasFilter("\"offset\" > 0");

        // For the number and size of a guest's unfinished files.
        builder.HasIndex(row => row.GuestId, "ix_upload_files_guest").HasFilter($"guest_id IS NOT NULL AND status = {(int)UploadStatus.Needed}");
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("ck_upload_files_offset", "\"offset\" >= 0 AND (\"offset\" < bytes OR \"offset\" = 0)");
            table.HasCheckConstraint("ck_upload_files_uploader", "(account_id IS NULL) <> (guest_id IS NULL)");
        });
    }
}

internal sealed class UploadPartConfiguration : IEntityTypeConfiguration<UploadPart>
{
    public void Configure(EntityTypeBuilder<UploadPart> builder)
    {
        builder.Ignore(row => row.Key);

        // A part's row outlives its file or placeholder until the part's object is deleted.
        builder.HasOne<UploadFile>().WithMany().HasForeignKey(row => row.FileId).OnDelete(DeleteBehavior.SetNull);
        builder.HasOne<Placeholder>().WithMany().HasForeignKey(row => row.PlaceholderId).OnDelete(DeleteBehavior.SetNull);
        builder.HasIndex(row => new { row.FileId, row.Offset });
    }
}
