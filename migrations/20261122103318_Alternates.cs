using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Alternates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "alternate_bytes",
                table: "images",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<byte[]>(
                name: "alternates",
                table: "images",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_images_without_alternates",
                table: "images",
                column: "id",
                filter: "alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_without_alternates",
                table: "images");

            migrationBuilder.DropColumn(
                name: "alternate_bytes",
                table: "images");

            migrationBuilder.DropColumn(
                name: "alternates",
                table: "images");
        }
    }
}
