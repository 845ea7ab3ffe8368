using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class OidcClaimsAndLogouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "follows_claims",
                table: "users",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.Sql("UPDATE users SET follows_claims = true FROM oidc_identities WHERE oidc_identities.user_id = users.id AND oidc_identities.follows_claims;");

            migrationBuilder.DropColumn(
                name: "follows_claims",
                table: "oidc_identities");

            migrationBuilder.AddColumn<string>(
                name: "issuer",
                table: "oidc_logouts",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "received_at",
                table: "oidc_logouts",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.AddColumn<string>(
                name: "session_id",
                table: "oidc_logouts",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "oidc_logouts",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_oidc_logouts_session_id",
                table: "oidc_logouts",
                column: "session_id");

            migrationBuilder.CreateIndex(
                name: "ix_oidc_logouts_subject",
                table: "oidc_logouts",
                column: "subject");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_oidc_logouts_session_id",
                table: "oidc_logouts");

            migrationBuilder.DropIndex(
                name: "ix_oidc_logouts_subject",
                table: "oidc_logouts");

            migrationBuilder.DropColumn(
                name: "follows_claims",
                table: "users");

            migrationBuilder.DropColumn(
                name: "issuer",
                table: "oidc_logouts");

            migrationBuilder.DropColumn(
                name: "received_at",
                table: "oidc_logouts");

            migrationBuilder.DropColumn(
                name: "session_id",
                table: "oidc_logouts");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "oidc_logouts");

            migrationBuilder.AddColumn<bool>(
                name: "follows_claims",
                table: "oidc_identities",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }
    }
}
