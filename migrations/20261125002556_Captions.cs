using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Captions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "added_by",
                table: "images",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "copyright",
                table: "images",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "creator",
                table: "images",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "rating",
                table: "images",
                type: "smallint",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "rotation",
                table: "images",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.CreateIndex(
                name: "ix_images_rated_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND rating IS NOT NULL");

            // For lists by rating, in which images without a rating count as 0. An index of EF Core's model cannot contain an expression.
            migrationBuilder.Sql("CREATE INDEX ix_images_live_rating ON images (coalesce(rating, 0), id) WHERE deleted_at IS NULL;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX ix_images_live_rating;");

            migrationBuilder.DropIndex(
                name: "ix_images_rated_created_at",
                table: "images");

            migrationBuilder.DropColumn(
                name: "added_by",
                table: "images");

            migrationBuilder.DropColumn(
                name: "copyright",
                table: "images");

            migrationBuilder.DropColumn(
                name: "creator",
                table: "images");

            migrationBuilder.DropColumn(
                name: "rating",
                table: "images");

            migrationBuilder.DropColumn(
                name: "rotation",
                table: "images");
        }
    }
}
