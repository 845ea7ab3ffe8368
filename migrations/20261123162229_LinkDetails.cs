using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class LinkDetails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "max_favourites",
                table: "links",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name",
                table: "links",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "protected_token",
                table: "links",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "shows_preview",
                table: "links",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "max_favourites",
                table: "links");

            migrationBuilder.DropColumn(
                name: "name",
                table: "links");

            migrationBuilder.DropColumn(
                name: "protected_token",
                table: "links");

            migrationBuilder.DropColumn(
                name: "shows_preview",
                table: "links");
        }
    }
}
