using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class LargeRenditions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_large_due",
                table: "images",
                type: "boolean",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<long>(
                name: "large_bytes",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "large_content_type",
                table: "images",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "large_crc32",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "large_height",
                table: "images",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "large_width",
                table: "images",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_images_large_due",
                table: "images",
                column: "id",
                filter: "is_large_due AND owner_id IS NULL AND deleted_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_large_due",
                table: "images");

            migrationBuilder.DropColumn(
                name: "is_large_due",
                table: "images");

            migrationBuilder.DropColumn(
                name: "large_bytes",
                table: "images");

            migrationBuilder.DropColumn(
                name: "large_content_type",
                table: "images");

            migrationBuilder.DropColumn(
                name: "large_crc32",
                table: "images");

            migrationBuilder.DropColumn(
                name: "large_height",
                table: "images");

            migrationBuilder.DropColumn(
                name: "large_width",
                table: "images");
        }
    }
}
