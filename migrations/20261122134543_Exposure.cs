using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Exposure : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "exposure_seconds",
                table: "images",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "fnumber",
                table: "images",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "focal_length_mm",
                table: "images",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "iso",
                table: "images",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "lens",
                table: "images",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "exposure_seconds",
                table: "images");

            migrationBuilder.DropColumn(
                name: "fnumber",
                table: "images");

            migrationBuilder.DropColumn(
                name: "focal_length_mm",
                table: "images");

            migrationBuilder.DropColumn(
                name: "iso",
                table: "images");

            migrationBuilder.DropColumn(
                name: "lens",
                table: "images");
        }
    }
}
