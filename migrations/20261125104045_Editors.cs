using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Editors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_users_tier",
                table: "users");

            migrationBuilder.AddCheckConstraint(
                name: "ck_users_tier",
                table: "users",
                sql: "(role <> 0) = (tier_id IS NULL)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_users_tier",
                table: "users");

            migrationBuilder.AddCheckConstraint(
                name: "ck_users_tier",
                table: "users",
                sql: "(role = 1) = (tier_id IS NULL)");
        }
    }
}
