using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class RenditionPasses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "rendition_passes",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    boxes = table.Column<string>(type: "text", nullable: false),
                    last_image_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rendition_passes", x => x.id);
                    table.CheckConstraint("ck_rendition_passes_only", "id = 1");
                });
        }
    }
}
