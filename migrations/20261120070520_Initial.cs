using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.CreateTable(
                name: "groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    search_text = table.Column<string>(type: "text", nullable: false),
                    is_published = table.Column<bool>(type: "boolean", nullable: false),
                    product_id = table.Column<string>(type: "text", nullable: true),
                    cover_image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    image_count = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "orphaned_objects",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    found_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_orphaned_objects", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_name = table.Column<string>(type: "text", nullable: false),
                    normalized_user_name = table.Column<string>(type: "text", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<int>(type: "integer", nullable: false),
                    is_disabled = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "images",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: false),
                    search_text = table.Column<string>(type: "text", nullable: false),
                    is_published = table.Column<bool>(type: "boolean", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    trashed_with_group = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    format = table.Column<int>(type: "integer", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    original_bytes = table.Column<long>(type: "bigint", nullable: false),
                    has_original = table.Column<bool>(type: "boolean", nullable: false),
                    full_crc32 = table.Column<long>(type: "bigint", nullable: false),
                    placeholder = table.Column<byte[]>(type: "bytea", nullable: false),
                    taken_at = table.Column<DateTime>(type: "timestamp without time zone", nullable: true),
                    taken_at_offset = table.Column<short>(type: "smallint", nullable: true),
                    taken_or_created_at = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    camera = table.Column<string>(type: "text", nullable: true),
                    latitude = table.Column<double>(type: "double precision", nullable: true),
                    longitude = table.Column<double>(type: "double precision", nullable: true),
                    full_bytes = table.Column<long>(type: "bigint", nullable: false),
                    full_content_type = table.Column<string>(type: "text", nullable: false),
                    full_height = table.Column<int>(type: "integer", nullable: false),
                    full_width = table.Column<int>(type: "integer", nullable: false),
                    high_bytes = table.Column<long>(type: "bigint", nullable: false),
                    high_content_type = table.Column<string>(type: "text", nullable: false),
                    high_height = table.Column<int>(type: "integer", nullable: false),
                    high_width = table.Column<int>(type: "integer", nullable: false),
                    low_bytes = table.Column<long>(type: "bigint", nullable: false),
                    low_content_type = table.Column<string>(type: "text", nullable: false),
                    low_height = table.Column<int>(type: "integer", nullable: false),
                    low_width = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_images", x => x.id);
                    table.ForeignKey(
                        name: "fk_images_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    current_token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    rotated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sessions", x => x.id);
                    table.ForeignKey(
                        name: "fk_sessions_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "replaced_tokens",
                columns: table => new
                {
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    replaced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_replaced_tokens", x => x.token_hash);
                    table.ForeignKey(
                        name: "fk_replaced_tokens_sessions_session_id",
                        column: x => x.session_id,
                        principalTable: "sessions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_position",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_product_id",
                table: "groups",
                column: "product_id",
                filter: "product_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_groups_public_position",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_groups_search",
                table: "groups",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_groups_trash",
                table: "groups",
                columns: new[] { "deleted_at", "id" },
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_deleted_at",
                table: "images",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_group_position",
                table: "images",
                columns: new[] { "group_id", "position", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_file_name",
                table: "images",
                columns: new[] { "file_name", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_position",
                table: "images",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_live_taken_at",
                table: "images",
                columns: new[] { "taken_or_created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_created_at",
                table: "images",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_file_name",
                table: "images",
                columns: new[] { "file_name", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_position",
                table: "images",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_public_taken_at",
                table: "images",
                columns: new[] { "taken_or_created_at", "id" },
                filter: "deleted_at IS NULL AND is_published");

            migrationBuilder.CreateIndex(
                name: "ix_images_search",
                table: "images",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_images_sha256",
                table: "images",
                column: "sha256",
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_tags",
                table: "images",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_images_trash",
                table: "images",
                columns: new[] { "deleted_at", "id" },
                filter: "deleted_at IS NOT NULL AND NOT trashed_with_group");

            migrationBuilder.CreateIndex(
                name: "ux_images_file_name",
                table: "images",
                columns: new[] { "group_id", "file_name" },
                unique: true,
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_images_sha256",
                table: "images",
                columns: new[] { "group_id", "sha256" },
                unique: true,
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_replaced_tokens_session_id",
                table: "replaced_tokens",
                column: "session_id");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_current_token_hash",
                table: "sessions",
                column: "current_token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sessions_expires_at",
                table: "sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_user_id",
                table: "sessions",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_user_name",
                table: "users",
                column: "normalized_user_name",
                unique: true);

            // An order by size: EF Core cannot name a member of a complex property in an index.
            migrationBuilder.Sql("CREATE INDEX ix_images_live_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL");
            migrationBuilder.Sql("CREATE INDEX ix_images_public_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL AND is_published");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "images");

            migrationBuilder.DropTable(
                name: "orphaned_objects");

            migrationBuilder.DropTable(
                name: "replaced_tokens");

            migrationBuilder.DropTable(
                name: "groups");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "users");
        }
    }
}
