using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

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
                    owner_id = table.Column<Guid>(type: "uuid", nullable: true),
                    title = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    search_text = table.Column<string>(type: "text", nullable: false),
                    is_published = table.Column<bool>(type: "boolean", nullable: false),
                    product_id = table.Column<string>(type: "text", nullable: true),
                    cover_image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    image_count = table.Column<int>(type: "integer", nullable: false),
                    image_bytes = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_groups", x => x.id);
                    table.CheckConstraint("ck_groups_counts", "image_count >= 0 AND image_bytes >= 0");
                    table.CheckConstraint("ck_groups_own", "owner_id IS NULL OR (NOT is_published AND product_id IS NULL)");
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
                name: "tiers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    normalized_name = table.Column<string>(type: "text", nullable: false),
                    thumbnail_heights = table.Column<int[]>(type: "integer[]", nullable: false),
                    originals = table.Column<bool>(type: "boolean", nullable: false),
                    expiring_links = table.Column<bool>(type: "boolean", nullable: false),
                    quota_bytes = table.Column<long>(type: "bigint", nullable: true),
                    max_file_bytes = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tiers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "images",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: true),
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
                    revision = table.Column<int>(type: "integer", nullable: false),
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
                    table.CheckConstraint("ck_images_own", "owner_id IS NULL OR NOT is_published");
                    table.ForeignKey(
                        name: "fk_images_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
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
                    tier_id = table.Column<Guid>(type: "uuid", nullable: true),
                    is_disabled = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                    table.CheckConstraint("ck_users_tier", "(role = 1) = (tier_id IS NULL)");
                    table.ForeignKey(
                        name: "fk_users_tiers_tier_id",
                        column: x => x.tier_id,
                        principalTable: "tiers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "thumbnails",
                columns: table => new
                {
                    image_id = table.Column<Guid>(type: "uuid", nullable: false),
                    height = table.Column<int>(type: "integer", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_read_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_thumbnails", x => new { x.image_id, x.height });
                    table.ForeignKey(
                        name: "fk_thumbnails_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "known_addresses",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    address_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    signed_in_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_known_addresses", x => new { x.user_id, x.address_hash });
                    table.ForeignKey(
                        name: "fk_known_addresses_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "links",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true),
                    variant = table.Column<string>(type: "text", nullable: true),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    max_views = table.Column<int>(type: "integer", nullable: true),
                    views = table.Column<int>(type: "integer", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_links", x => x.id);
                    table.CheckConstraint("ck_links_target", "(kind = 0) = (image_id IS NOT NULL) AND (kind = 0) = (variant IS NOT NULL) AND (kind = 1) = (group_id IS NOT NULL)");
                    table.ForeignKey(
                        name: "fk_links_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_links_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_links_users_created_by",
                        column: x => x.created_by,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
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

            migrationBuilder.InsertData(
                table: "tiers",
                columns: new[] { "id", "expiring_links", "max_file_bytes", "name", "normalized_name", "originals", "quota_bytes", "thumbnail_heights" },
                values: new object[,]
                {
                    { new Guid("01980000-0000-7000-8000-000000000001"), false, null, "Basic", "basic", false, null, new[] { 200 } },
                    { new Guid("01980000-0000-7000-8000-000000000002"), false, null, "Premium", "premium", true, null, new[] { 200, 400 } },
                    { new Guid("01980000-0000-7000-8000-000000000003"), true, null, "Enterprise", "enterprise", true, null, new[] { 200, 400 } }
                });

            migrationBuilder.CreateIndex(
                name: "ix_groups_live_position",
                table: "groups",
                columns: new[] { "position", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NULL");

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
                filter: "deleted_at IS NOT NULL AND owner_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ux_groups_owner",
                table: "groups",
                column: "owner_id",
                unique: true,
                filter: "owner_id IS NOT NULL");

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
                name: "ix_images_owner_created_at",
                table: "images",
                columns: new[] { "owner_id", "created_at", "id" },
                filter: "deleted_at IS NULL AND owner_id IS NOT NULL");

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
                name: "ix_known_addresses_signed_in_at",
                table: "known_addresses",
                column: "signed_in_at");

            migrationBuilder.CreateIndex(
                name: "ix_links_created_at_id",
                table: "links",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_links_created_by_created_at_id",
                table: "links",
                columns: new[] { "created_by", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_links_group_id",
                table: "links",
                column: "group_id");

            migrationBuilder.CreateIndex(
                name: "ix_links_image_id",
                table: "links",
                column: "image_id");

            migrationBuilder.CreateIndex(
                name: "ix_links_token_hash",
                table: "links",
                column: "token_hash",
                unique: true);

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
                name: "ix_thumbnails_last_read_at",
                table: "thumbnails",
                column: "last_read_at");

            migrationBuilder.CreateIndex(
                name: "ix_tiers_normalized_name",
                table: "tiers",
                column: "normalized_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_user_name",
                table: "users",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_users_tier_id",
                table: "users",
                column: "tier_id");

            // An order by size: EF Core cannot name a member of a complex property in an index.
            migrationBuilder.Sql("CREATE INDEX ix_images_live_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL;");
            migrationBuilder.Sql("CREATE INDEX ix_images_public_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL AND is_published;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "known_addresses");

            migrationBuilder.DropTable(
                name: "links");

            migrationBuilder.DropTable(
                name: "orphaned_objects");

            migrationBuilder.DropTable(
                name: "replaced_tokens");

            migrationBuilder.DropTable(
                name: "thumbnails");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "images");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "groups");

            migrationBuilder.DropTable(
                name: "tiers");
        }
    }
}
