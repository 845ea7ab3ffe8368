using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class SlugsFocusAndLogos : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "layout",
                table: "site_profiles",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "typeface",
                table: "site_profiles",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "focus_x",
                table: "images",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "focus_y",
                table: "images",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "has_own_slug",
                table: "groups",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "slug",
                table: "groups",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "former_slugs",
                columns: table => new
                {
                    slug = table.Column<string>(type: "text", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    retired_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_former_slugs", x => x.slug);
                    table.ForeignKey(
                        name: "fk_former_slugs_all_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "site_logos",
                columns: table => new
                {
                    is_dark = table.Column<bool>(type: "boolean", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    height = table.Column<int>(type: "integer", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_site_logos", x => x.is_dark);
                });

            migrationBuilder.CreateIndex(
                name: "ux_groups_slug",
                table: "groups",
                column: "slug",
                unique: true,
                filter: "deleted_at IS NULL AND owner_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_former_slugs_group_id",
                table: "former_slugs",
                column: "group_id");

            migrationBuilder.Sql(SlugFunctions.Slugs);
            migrationBuilder.Sql(SlugFunctions.Logos);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TRIGGER assign_slug ON groups; DROP FUNCTION assign_slug; DROP FUNCTION free_slug; DROP FUNCTION slug_from;");

            migrationBuilder.DropTable(
                name: "former_slugs");

            migrationBuilder.DropTable(
                name: "site_logos");

            migrationBuilder.DropIndex(
                name: "ux_groups_slug",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "layout",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "typeface",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "focus_x",
                table: "images");

            migrationBuilder.DropColumn(
                name: "focus_y",
                table: "images");

            migrationBuilder.DropColumn(
                name: "has_own_slug",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "slug",
                table: "groups");
        }
    }
}
