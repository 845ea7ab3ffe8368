using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class DownloadsAndWatermarks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "watermark_image_id",
                table: "site_profiles",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "watermark_number",
                table: "site_profiles",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "watermark_opacity",
                table: "site_profiles",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<int>(
                name: "watermark_position",
                table: "site_profiles",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "watermark_width_percent",
                table: "site_profiles",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<int>(
                name: "downloads",
                table: "links",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "has_watermark",
                table: "links",
                type: "boolean",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "downloads",
                table: "images",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "has_watermark",
                table: "images",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "downloads",
                table: "groups",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "has_watermark",
                table: "groups",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "is_for_admin",
                table: "archives",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "mark",
                table: "archives",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.Sql(WatermarkFunctions.Announcement);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(WatermarkFunctions.NoAnnouncement);

            migrationBuilder.DropColumn(
                name: "watermark_image_id",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "watermark_number",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "watermark_opacity",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "watermark_position",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "watermark_width_percent",
                table: "site_profiles");

            migrationBuilder.DropColumn(
                name: "downloads",
                table: "links");

            migrationBuilder.DropColumn(
                name: "has_watermark",
                table: "links");

            migrationBuilder.DropColumn(
                name: "downloads",
                table: "images");

            migrationBuilder.DropColumn(
                name: "has_watermark",
                table: "images");

            migrationBuilder.DropColumn(
                name: "downloads",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "has_watermark",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "is_for_admin",
                table: "archives");

            migrationBuilder.DropColumn(
                name: "mark",
                table: "archives");
        }
    }
}
