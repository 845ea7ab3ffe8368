using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class MediumRenditions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "medium_bytes",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "medium_content_type",
                table: "images",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "medium_crc32",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "medium_height",
                table: "images",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "medium_width",
                table: "images",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_images_without_medium",
                table: "images",
                column: "id",
                filter: "medium_bytes IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_without_medium",
                table: "images");

            migrationBuilder.DropColumn(
                name: "medium_bytes",
                table: "images");

            migrationBuilder.DropColumn(
                name: "medium_content_type",
                table: "images");

            migrationBuilder.DropColumn(
                name: "medium_crc32",
                table: "images");

            migrationBuilder.DropColumn(
                name: "medium_height",
                table: "images");

            migrationBuilder.DropColumn(
                name: "medium_width",
                table: "images");
        }
    }
}
