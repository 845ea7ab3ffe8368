using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class SimilarImages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "perceptual_hash",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "similar_images",
                columns: table => new
                {
                    newer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    older_id = table.Column<Guid>(type: "uuid", nullable: false),
                    distance = table.Column<int>(type: "integer", nullable: false),
                    is_kept = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_similar_images", x => new { x.newer_id, x.older_id });
                    table.ForeignKey(
                        name: "fk_similar_images_images_newer_id",
                        column: x => x.newer_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_similar_images_images_older_id",
                        column: x => x.older_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "uncompared_images",
                columns: table => new
                {
                    image_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_uncompared_images", x => x.image_id);
                    table.ForeignKey(
                        name: "fk_uncompared_images_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_images_hashes",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NOT NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "perceptual_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_images_without_hash",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NULL AND owner_id IS NULL AND deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_similar_images_distance",
                table: "similar_images",
                columns: new[] { "distance", "newer_id", "older_id" },
                descending: new[] { false, true, true },
                filter: "NOT is_kept");

            migrationBuilder.CreateIndex(
                name: "ix_similar_images_older_id",
                table: "similar_images",
                column: "older_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "similar_images");

            migrationBuilder.DropTable(
                name: "uncompared_images");

            migrationBuilder.DropIndex(
                name: "ix_images_hashes",
                table: "images");

            migrationBuilder.DropIndex(
                name: "ix_images_without_hash",
                table: "images");

            migrationBuilder.DropColumn(
                name: "perceptual_hash",
                table: "images");
        }
    }
}
