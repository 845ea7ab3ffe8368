using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class GalleryId : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "gallery_id",
                table: "site_profiles",
                type: "uuid",
                nullable: false,
                defaultValueSql: "gen_random_uuid()");

            // The same id each time the database is updated, also after it was restored to the state before the update.
            migrationBuilder.Sql("UPDATE site_profiles SET gallery_id = first.id FROM (SELECT id FROM users ORDER BY created_at, id LIMIT 1) AS first;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "gallery_id",
                table: "site_profiles");
        }
    }
}
