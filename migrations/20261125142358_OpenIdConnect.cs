using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class OpenIdConnect : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "password_hash",
                table: "users",
                type: "text",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<bool>(
                name: "has_recovery_password",
                table: "users",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "oidc_issuer",
                table: "sessions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "oidc_session_id",
                table: "sessions",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "oidc_subject",
                table: "sessions",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "oidc_identities",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    issuer = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    follows_claims = table.Column<bool>(type: "boolean", nullable: false),
                    joined_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_oidc_identities", x => x.user_id);
                    table.ForeignKey(
                        name: "fk_oidc_identities_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "oidc_join_intents",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    cookie_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_oidc_join_intents", x => x.user_id);
                    table.ForeignKey(
                        name: "fk_oidc_join_intents_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "oidc_logouts",
                columns: table => new
                {
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_oidc_logouts", x => x.token_hash);
                });

            migrationBuilder.CreateIndex(
                name: "ix_sessions_oidc_session_id",
                table: "sessions",
                column: "oidc_session_id",
                filter: "oidc_session_id IS NOT NULL AND ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_oidc_subject",
                table: "sessions",
                column: "oidc_subject",
                filter: "oidc_subject IS NOT NULL AND ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_oidc_identities_issuer_subject",
                table: "oidc_identities",
                columns: new[] { "issuer", "subject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_oidc_join_intents_state_hash",
                table: "oidc_join_intents",
                column: "state_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_oidc_logouts_expires_at",
                table: "oidc_logouts",
                column: "expires_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "oidc_identities");

            migrationBuilder.DropTable(
                name: "oidc_join_intents");

            migrationBuilder.DropTable(
                name: "oidc_logouts");

            migrationBuilder.DropIndex(
                name: "ix_sessions_oidc_session_id",
                table: "sessions");

            migrationBuilder.DropIndex(
                name: "ix_sessions_oidc_subject",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "has_recovery_password",
                table: "users");

            migrationBuilder.DropColumn(
                name: "oidc_issuer",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "oidc_session_id",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "oidc_subject",
                table: "sessions");

            migrationBuilder.AlterColumn<string>(
                name: "password_hash",
                table: "users",
                type: "text",
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true);
        }
    }
}
