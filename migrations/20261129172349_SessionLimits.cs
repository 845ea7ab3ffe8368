using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class SessionLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_replaced_tokens_session_id",
                table: "replaced_tokens");

            migrationBuilder.CreateIndex(
                name: "ix_replaced_tokens_session_id_replaced_at",
                table: "replaced_tokens",
                columns: new[] { "session_id", "replaced_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_replaced_tokens_session_id_replaced_at",
                table: "replaced_tokens");

            migrationBuilder.CreateIndex(
                name: "ix_replaced_tokens_session_id",
                table: "replaced_tokens",
                column: "session_id");
        }
    }
}
