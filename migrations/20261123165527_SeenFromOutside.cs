using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class SeenFromOutside : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Archives live for ten minutes; those of an earlier program have no list of their files.
            migrationBuilder.Sql("DELETE FROM archives;");
            migrationBuilder.Sql("UPDATE orphaned_objects SET found_at = found_at + interval '1 day';");

            migrationBuilder.DropColumn(
                name: "image_ids",
                table: "archives");

            migrationBuilder.RenameColumn(
                name: "found_at",
                table: "orphaned_objects",
                newName: "due_at");

            migrationBuilder.RenameColumn(
                name: "etag",
                table: "archives",
                newName: "list_key");

            migrationBuilder.AddColumn<string>(
                name: "metadata",
                table: "upload_files",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "blocks",
                table: "thumbnails",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "max_favourites",
                table: "links",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name",
                table: "links",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "protected_token",
                table: "links",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "shows_preview",
                table: "links",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changed_at",
                table: "link_guests",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.AddColumn<byte[]>(
                name: "blocks",
                table: "images",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "file_name",
                table: "archives",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "list_bytes",
                table: "archives",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "note_bytes",
                table: "archives",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_single",
                table: "upload_files",
                column: "account_id",
                filter: "batch_id IS NULL AND status = 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_upload_files_single",
                table: "upload_files");

            migrationBuilder.DropColumn(
                name: "metadata",
                table: "upload_files");

            migrationBuilder.DropColumn(
                name: "blocks",
                table: "thumbnails");

            migrationBuilder.DropColumn(
                name: "max_favourites",
                table: "links");

            migrationBuilder.DropColumn(
                name: "name",
                table: "links");

            migrationBuilder.DropColumn(
                name: "protected_token",
                table: "links");

            migrationBuilder.DropColumn(
                name: "shows_preview",
                table: "links");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "link_guests");

            migrationBuilder.DropColumn(
                name: "blocks",
                table: "images");

            migrationBuilder.DropColumn(
                name: "file_name",
                table: "archives");

            migrationBuilder.DropColumn(
                name: "list_bytes",
                table: "archives");

            migrationBuilder.DropColumn(
                name: "note_bytes",
                table: "archives");

            migrationBuilder.RenameColumn(
                name: "due_at",
                table: "orphaned_objects",
                newName: "found_at");

            migrationBuilder.RenameColumn(
                name: "list_key",
                table: "archives",
                newName: "etag");

            migrationBuilder.AddColumn<Guid[]>(
                name: "image_ids",
                table: "archives",
                type: "uuid[]",
                nullable: true);
        }
    }
}
