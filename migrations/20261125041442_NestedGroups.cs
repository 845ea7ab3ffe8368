using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class NestedGroups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_groups_trash",
                table: "groups");

            migrationBuilder.AddColumn<bool>(
                name: "is_hidden_by_parent",
                table: "groups",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "parent_id",
                table: "groups",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid[]>(
                name: "path",
                table: "groups",
                type: "uuid[]",
                nullable: false,
                defaultValue: new Guid[0]);

            migrationBuilder.AddColumn<Guid>(
                name: "trashed_with_id",
                table: "groups",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_first_level",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NULL AND parent_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_parent_position",
                table: "groups",
                columns: new[] { "parent_id", "position", "id" },
                filter: "parent_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_path",
                table: "groups",
                column: "path")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_groups_public_first_level",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND is_published AND parent_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_public_parent_position",
                table: "groups",
                columns: new[] { "parent_id", "position", "id" },
                filter: "deleted_at IS NULL AND is_published AND parent_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_trash",
                table: "groups",
                columns: new[] { "deleted_at", "id" },
                filter: "deleted_at IS NOT NULL AND owner_id IS NULL AND trashed_with_id IS NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_groups_hidden_by_parent",
                table: "groups",
                sql: "NOT is_hidden_by_parent OR parent_id IS NOT NULL AND NOT is_published");

            migrationBuilder.AddCheckConstraint(
                name: "ck_groups_path",
                table: "groups",
                sql: "cardinality(path) < 5 AND parent_id IS NOT DISTINCT FROM path[cardinality(path)]");

            migrationBuilder.AddForeignKey(
                name: "fk_groups_groups_parent_id",
                table: "groups",
                column: "parent_id",
                principalTable: "groups",
                principalColumn: "id");

            migrationBuilder.Sql(NestedGroupFunctions.Announcements);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(NestedGroupFunctions.FormerAnnouncements);

            migrationBuilder.DropForeignKey(
                name: "fk_groups_groups_parent_id",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_live_first_level",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_parent_position",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_path",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_public_first_level",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_public_parent_position",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ix_groups_trash",
                table: "groups");

            migrationBuilder.DropCheckConstraint(
                name: "ck_groups_hidden_by_parent",
                table: "groups");

            migrationBuilder.DropCheckConstraint(
                name: "ck_groups_path",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "is_hidden_by_parent",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "parent_id",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "path",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "trashed_with_id",
                table: "groups");

            migrationBuilder.CreateIndex(
                name: "ix_groups_trash",
                table: "groups",
                columns: new[] { "deleted_at", "id" },
                filter: "deleted_at IS NOT NULL AND owner_id IS NULL");
        }
    }
}
