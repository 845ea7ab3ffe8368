using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class DeletedBytesOfUsers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_images_trash_added_by",
                table: "images",
                column: "added_by",
                filter: "deleted_at IS NOT NULL AND added_by IS NOT NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "original_bytes" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_images_trash_added_by",
                table: "images");
        }
    }
}
