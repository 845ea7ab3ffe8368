using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class ReplacingUploads : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "replacing_uploads",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    protected_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replacing_uploads", x => x.id);
                    table.ForeignKey(
                        name: "fk_replacing_uploads_users_account_id",
                        column: x => x.account_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_replacing_uploads_account_id_place_hash",
                table: "replacing_uploads",
                columns: new[] { "account_id", "place_hash" });

            migrationBuilder.CreateIndex(
                name: "ix_replacing_uploads_protected_until",
                table: "replacing_uploads",
                column: "protected_until");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "replacing_uploads");
        }
    }
}
