using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class ImportSidecars : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "sidecar_item_id",
                table: "import_files",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "sidecar_name",
                table: "import_files",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "sidecar_item_id",
                table: "import_files");

            migrationBuilder.DropColumn(
                name: "sidecar_name",
                table: "import_files");
        }
    }
}
