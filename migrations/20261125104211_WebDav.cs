using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class WebDav : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "placeholder_id",
                table: "upload_parts",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "folder_name",
                table: "groups",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "dav_locks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: true),
                    is_deep = table.Column<bool>(type: "boolean", nullable: false),
                    is_shared = table.Column<bool>(type: "boolean", nullable: false),
                    owner = table.Column<string>(type: "text", nullable: true),
                    href = table.Column<string>(type: "text", nullable: false),
                    timeout_seconds = table.Column<int>(type: "integer", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dav_locks", x => x.id);
                    table.ForeignKey(
                        name: "fk_dav_locks_all_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_dav_locks_users_account_id",
                        column: x => x.account_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "placeholders",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    content_id = table.Column<Guid>(type: "uuid", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    written_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_placeholders", x => x.id);
                    table.ForeignKey(
                        name: "fk_placeholders_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_placeholders_users_account_id",
                        column: x => x.account_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dav_properties",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true),
                    image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    placeholder_id = table.Column<Guid>(type: "uuid", nullable: true),
                    @namespace = table.Column<string>(name: "namespace", type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dav_properties", x => x.id);
                    table.CheckConstraint("ck_dav_properties_owner", "num_nonnulls(group_id, image_id, placeholder_id) = 1");
                    table.ForeignKey(
                        name: "fk_dav_properties_all_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_dav_properties_all_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_dav_properties_placeholders_placeholder_id",
                        column: x => x.placeholder_id,
                        principalTable: "placeholders",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_dav_properties_users_account_id",
                        column: x => x.account_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_upload_parts_placeholder_id",
                table: "upload_parts",
                column: "placeholder_id");

            migrationBuilder.CreateIndex(
                name: "ux_groups_first_level_folder_name",
                table: "groups",
                column: "folder_name",
                unique: true,
                filter: "deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL AND parent_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_groups_folder_name",
                table: "groups",
                columns: new[] { "parent_id", "folder_name" },
                unique: true,
                filter: "deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL AND parent_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_dav_locks_account_id",
                table: "dav_locks",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_dav_locks_expires_at",
                table: "dav_locks",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_dav_locks_group_id_name",
                table: "dav_locks",
                columns: new[] { "group_id", "name" });

            migrationBuilder.CreateIndex(
                name: "ix_dav_properties_account",
                table: "dav_properties",
                column: "account_id")
                .Annotation("Npgsql:IndexInclude", new[] { "bytes" });

            migrationBuilder.CreateIndex(
                name: "ux_dav_properties_group",
                table: "dav_properties",
                columns: new[] { "group_id", "namespace", "name" },
                unique: true,
                filter: "group_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ux_dav_properties_image",
                table: "dav_properties",
                columns: new[] { "image_id", "namespace", "name" },
                unique: true,
                filter: "image_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ux_dav_properties_placeholder",
                table: "dav_properties",
                columns: new[] { "placeholder_id", "namespace", "name" },
                unique: true,
                filter: "placeholder_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_placeholders_account_id_group_id_name",
                table: "placeholders",
                columns: new[] { "account_id", "group_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_placeholders_group_id",
                table: "placeholders",
                column: "group_id");

            migrationBuilder.CreateIndex(
                name: "ix_placeholders_written_at",
                table: "placeholders",
                column: "written_at");

            migrationBuilder.AddForeignKey(
                name: "fk_upload_parts_placeholders_placeholder_id",
                table: "upload_parts",
                column: "placeholder_id",
                principalTable: "placeholders",
                principalColumn: "id",
                onDelete: ReferentialAction.SetNull);

            migrationBuilder.Sql(WebDavFunctions.FolderNames);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(WebDavFunctions.WithoutFolderNames);

            migrationBuilder.DropForeignKey(
                name: "fk_upload_parts_placeholders_placeholder_id",
                table: "upload_parts");

            migrationBuilder.DropTable(
                name: "dav_locks");

            migrationBuilder.DropTable(
                name: "dav_properties");

            migrationBuilder.DropTable(
                name: "placeholders");

            migrationBuilder.DropIndex(
                name: "ix_upload_parts_placeholder_id",
                table: "upload_parts");

            migrationBuilder.DropIndex(
                name: "ux_groups_first_level_folder_name",
                table: "groups");

            migrationBuilder.DropIndex(
                name: "ux_groups_folder_name",
                table: "groups");

            migrationBuilder.DropColumn(
                name: "placeholder_id",
                table: "upload_parts");

            migrationBuilder.DropColumn(
                name: "folder_name",
                table: "groups");
        }
    }
}
