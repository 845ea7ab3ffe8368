using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class WatchedBytes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "crc32",
                table: "thumbnails",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "high_crc32",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "low_crc32",
                table: "images",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "damaged_objects",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    image_id = table.Column<Guid>(type: "uuid", nullable: false),
                    variant = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_damaged_objects", x => x.id);
                    table.ForeignKey(
                        name: "fk_damaged_objects_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "scrubs",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scrubs", x => x.id);
                    table.CheckConstraint("ck_scrubs_only", "id = 1");
                });

            migrationBuilder.CreateIndex(
                name: "ix_damaged_objects_image_id_variant",
                table: "damaged_objects",
                columns: new[] { "image_id", "variant" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_damaged_objects_since_id",
                table: "damaged_objects",
                columns: new[] { "since", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "damaged_objects");

            migrationBuilder.DropTable(
                name: "scrubs");

            migrationBuilder.DropColumn(
                name: "crc32",
                table: "thumbnails");

            migrationBuilder.DropColumn(
                name: "high_crc32",
                table: "images");

            migrationBuilder.DropColumn(
                name: "low_crc32",
                table: "images");
        }
    }
}
