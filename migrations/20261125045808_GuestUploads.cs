using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class GuestUploads : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_hashes",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_large_due",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_file_name",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_position",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_taken_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_file_name",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_position",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_taken_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_rated_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_without_alternates",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_groups_live_first_level",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_live_position",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_trash",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ux_groups_slug",
                table: "groups");

            migrationBuilder.AlterColumn<Guid>(
                name: "account_id",
                table: "upload_files",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<Guid>(
                name: "guest_id",
                table: "upload_files",
                type: "uuid",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "account_id",
                table: "upload_batches",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<Guid>(
                name: "guest_id",
                table: "upload_batches",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "allows_uploads",
                table: "links",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "max_bytes",
                table: "links",
                type: "bigint",
                nullable: false,
                defaultValue: 10_000_000_000L);

            migrationBuilder.AddColumn<int>(
                name: "max_files",
                table: "links",
                type: "integer",
                nullable: false,
                defaultValue: 500);

            migrationBuilder.AddColumn<int>(
                name: "max_files_per_guest",
                table: "links",
                type: "integer",
                nullable: false,
                defaultValue: 100);

            migrationBuilder.AddColumn<long>(
                name: "sent_bytes",
                table: "links",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "sent_files",
                table: "links",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<Guid>(
                name: "guest_id",
                table: "images",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "inbox_of",
                table: "images",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_from_guest",
                table: "images",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "guest_id",
                table: "groups",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "inbox_of",
                table: "groups",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "upload_guests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    link_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    sent_files = table.Column<int>(type: "integer", nullable: false),
                    announced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_guests", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_guest",
                table: "upload_files",
                column: "guest_id",
                filter: "guest_id IS NOT NULL AND status = 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_upload_files_uploader",
                table: "upload_files",
                sql: "(account_id IS NULL) <> (guest_id IS NULL)");

            migrationBuilder.CreateIndex(
                name: "ix_upload_batches_guest_id_created_at_id",
                table: "upload_batches",
                columns: new[] { "guest_id", "created_at", "id" },
                filter: "guest_id IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_upload_batches_uploader",
                table: "upload_batches",
                sql: "(account_id IS NULL) <> (guest_id IS NULL)");

            migrationBuilder.CreateIndex(
                name: "ix_images_hashes",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NOT NULL AND deleted_at IS NULL AND guest_id IS NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "perceptual_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_images_large_due",
                table: "images",
                column: "id",
                filter: "is_large_due AND owner_id IS NULL AND deleted_at IS NULL AND guest_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_file_name",
                table: "images",
                columns: new[] { "file_name", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_position",
                table: "images",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_taken_at",
                table: "images",
                columns: new[] { "taken_or_created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_pending",
                table: "images",
                columns: new[] { "inbox_of", "created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_pending_created_at",
                table: "images",
                column: "created_at",
                filter: "deleted_at IS NULL AND guest_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_pending_guest",
                table: "images",
                columns: new[] { "guest_id", "created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_file_name",
                table: "images",
                columns: new[] { "file_name", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_position",
                table: "images",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_taken_at",
                table: "images",
                columns: new[] { "taken_or_created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_rated_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND guest_id IS NULL AND rating IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_without_alternates",
                table: "images",
                column: "id",
                filter: "alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL AND guest_id IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_images_guest",
                table: "images",
                sql: "(guest_id IS NULL) = (inbox_of IS NULL) AND (guest_id IS NULL OR (owner_id IS NULL AND NOT is_published))");

            migrationBuilder.CreateIndex(
                name: "ix_groups_inbox_of",
                table: "groups",
                column: "inbox_of",
                filter: "deleted_at IS NULL AND inbox_of IS NOT NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "image_count" });

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_first_level",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL AND parent_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_position",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_trash",
                table: "groups",
                columns: new[] { "deleted_at", "id" },
                filter: "deleted_at IS NOT NULL AND owner_id IS NULL AND inbox_of IS NULL AND trashed_with_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_groups_guest",
                table: "groups",
                column: "guest_id",
                unique: true,
                filter: "guest_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ux_groups_slug",
                table: "groups",
                column: "slug",
                unique: true,
                filter: "deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_groups_inbox",
                table: "groups",
                sql: "(inbox_of IS NULL) = (guest_id IS NULL) AND (inbox_of IS NULL OR (owner_id IS NULL AND NOT is_published AND product_id IS NULL))");

            migrationBuilder.CreateIndex(
                name: "ix_upload_guests_link_id_token_hash",
                table: "upload_guests",
                columns: new[] { "link_id", "token_hash" },
                unique: true);

            migrationBuilder.Sql(GuestUploadFunctions.FacetCounts);
            migrationBuilder.Sql(GuestUploadFunctions.Indexes);
            migrationBuilder.Sql(GuestUploadFunctions.Slugs);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(GuestUploadFunctions.Removal);

            migrationBuilder.DropTable(
                name: "upload_guests");

            migrationBuilder.DropIndex(
                name: "ix_upload_files_guest",
                table: "upload_files");

            migrationBuilder.DropCheckConstraint(
                name: "ck_upload_files_uploader",
                table: "upload_files");

            migrationBuilder.DropIndex(
                name: "ix_upload_batches_guest_id_created_at_id",
                table: "upload_batches");

            migrationBuilder.DropCheckConstraint(
                name: "ck_upload_batches_uploader",
                table: "upload_batches");

            migrationBuilder.DropIndex(
                name: "ix_images_hashes",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_large_due",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_file_name",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_position",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_live_taken_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_pending",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_pending_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_pending_guest",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_file_name",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_position",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_public_taken_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_rated_created_at",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_without_alternates",
                table: "images");

            migrationBuilder.DropCheckConstraint(
                name: "ck_images_guest",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_groups_inbox_of",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_live_first_level",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_live_position",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_trash",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ux_groups_guest",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ux_groups_slug",
                table: "groups");

            migrationBuilder.DropCheckConstraint(
                name: "ck_groups_inbox",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "guest_id",
                table: "upload_files");

            migrationBuilder.DropColumn(
                name: "guest_id",
                table: "upload_batches");

            migrationBuilder.DropColumn(
                name: "allows_uploads",
                table: "links");

            migrationBuilder.DropColumn(
                name: "max_bytes",
                table: "links");

            migrationBuilder.DropColumn(
                name: "max_files",
                table: "links");

            migrationBuilder.DropColumn(
                name: "max_files_per_guest",
                table: "links");

            migrationBuilder.DropColumn(
                name: "sent_bytes",
                table: "links");

            migrationBuilder.DropColumn(
                name: "sent_files",
                table: "links");

            migrationBuilder.DropColumn(
                name: "guest_id",
                table: "images");

            migrationBuilder.DropColumn(
                name: "inbox_of",
                table: "images");

            migrationBuilder.DropColumn(
                name: "is_from_guest",
                table: "images");

            migrationBuilder.DropColumn(
                name: "guest_id",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "inbox_of",
                table: "groups");

            migrationBuilder.AlterColumn<Guid>(
                name: "account_id",
                table: "upload_files",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "account_id",
                table: "upload_batches",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_images_hashes",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NOT NULL AND deleted_at IS NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "perceptual_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_images_large_due",
                table: "images",
                column: "id",
                filter: "is_large_due AND owner_id IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_file_name",
                table: "images",
                columns: new[] { "file_name", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_position",
                table: "images",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_taken_at",
                table: "images",
                columns: new[] { "taken_or_created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_file_name",
                table: "images",
                columns: new[] { "file_name", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_position",
                table: "images",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_taken_at",
                table: "images",
                columns: new[] { "taken_or_created_at", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_rated_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND rating IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_without_alternates",
                table: "images",
                column: "id",
                filter: "alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_first_level",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NULL AND parent_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_position",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_trash",
                table: "groups",
                columns: new[] { "deleted_at", "id" },
                filter: "deleted_at IS NOT NULL AND owner_id IS NULL AND trashed_with_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_groups_slug",
                table: "groups",
                column: "slug",
                unique: true,
                filter: "deleted_at IS NULL AND owner_id IS NULL");
        }
    }
}
