using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class ComparedAgain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_hashes",
                table: "images");

            migrationBuilder.CreateIndex(
                name: "ix_images_hashes",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NOT NULL AND deleted_at IS NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "perceptual_hash" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_hashes",
                table: "images");

            migrationBuilder.CreateIndex(
                name: "ix_images_hashes",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NOT NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "perceptual_hash" });
        }
    }
}
