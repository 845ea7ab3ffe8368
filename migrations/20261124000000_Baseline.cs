using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Baseline : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.CreateTable(
                name: "facet_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    public_count = table.Column<int>(type: "integer", nullable: false),
                    curated_count = table.Column<int>(type: "integer", nullable: false),
                    live_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facet_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "facet_counts",
                columns: table => new
                {
                    kind = table.Column<int>(type: "integer", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    public_count = table.Column<int>(type: "integer", nullable: false),
                    curated_count = table.Column<int>(type: "integer", nullable: false),
                    live_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facet_counts", x => new { x.kind, x.value });
                });

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
                    promised_position = table.Column<long>(type: "bigint", nullable: false),
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
                name: "imports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    item_ids = table.Column<string[]>(type: "text[]", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    state = table.Column<int>(type: "integer", nullable: false),
                    looked_up = table.Column<int>(type: "integer", nullable: false),
                    is_listed = table.Column<bool>(type: "boolean", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_imports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inventory_records",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_id = table.Column<string>(type: "text", nullable: false),
                    quantity = table.Column<long>(type: "bigint", nullable: false),
                    observed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inventory_records", x => x.id);
                    table.CheckConstraint("ck_inventory_records_quantity", "quantity >= 0");
                });

            migrationBuilder.CreateTable(
                name: "inventory_rollups",
                columns: table => new
                {
                    product_id = table.Column<string>(type: "text", nullable: false),
                    width = table.Column<int>(type: "integer", nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    min = table.Column<long>(type: "bigint", nullable: false),
                    max = table.Column<long>(type: "bigint", nullable: false),
                    last = table.Column<long>(type: "bigint", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inventory_rollups", x => new { x.product_id, x.width, x.starts_at });
                });

            migrationBuilder.CreateTable(
                name: "link_guests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    link_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    name = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_link_guests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "one_drive_connections",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    account = table.Column<string>(type: "text", nullable: true),
                    access_token = table.Column<string>(type: "text", nullable: false),
                    access_token_expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    refresh_token = table.Column<string>(type: "text", nullable: false),
                    connected_by = table.Column<Guid>(type: "uuid", nullable: false),
                    connected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lost_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_one_drive_connections", x => x.id);
                    table.CheckConstraint("ck_one_drive_connections_only", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "orphaned_objects",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_orphaned_objects", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "protection_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    encrypted_with = table.Column<string>(type: "text", nullable: false),
                    xml = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "scrubs",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scrubs", x => x.id);
                    table.CheckConstraint("ck_scrubs_only", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "site_profiles",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    introduction = table.Column<string>(type: "text", nullable: true),
                    photographer = table.Column<string>(type: "text", nullable: true),
                    accent = table.Column<string>(type: "text", nullable: true),
                    footer_labels = table.Column<string[]>(type: "text[]", nullable: false),
                    footer_urls = table.Column<string[]>(type: "text[]", nullable: false),
                    logo_image_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_site_profiles", x => x.id);
                    table.CheckConstraint("ck_site_profiles_only", "id = 1");
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
                name: "webhook_events",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_events", x => x.id);
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
                    alternates = table.Column<byte[]>(type: "bytea", nullable: true),
                    blocks = table.Column<byte[]>(type: "bytea", nullable: false),
                    alternate_bytes = table.Column<long>(type: "bigint", nullable: false),
                    placeholder = table.Column<byte[]>(type: "bytea", nullable: false),
                    perceptual_hash = table.Column<long>(type: "bigint", nullable: true),
                    taken_at = table.Column<DateTime>(type: "timestamp without time zone", nullable: true),
                    taken_at_offset = table.Column<short>(type: "smallint", nullable: true),
                    taken_or_created_at = table.Column<DateTime>(type: "timestamp without time zone", nullable: false),
                    camera = table.Column<string>(type: "text", nullable: true),
                    lens = table.Column<string>(type: "text", nullable: true),
                    focal_length_mm = table.Column<double>(type: "double precision", nullable: true),
                    f_number = table.Column<double>(type: "double precision", nullable: true),
                    exposure_seconds = table.Column<double>(type: "double precision", nullable: true),
                    iso = table.Column<int>(type: "integer", nullable: true),
                    latitude = table.Column<double>(type: "double precision", nullable: true),
                    longitude = table.Column<double>(type: "double precision", nullable: true),
                    full_bytes = table.Column<long>(type: "bigint", nullable: false),
                    full_content_type = table.Column<string>(type: "text", nullable: false),
                    full_crc32 = table.Column<long>(type: "bigint", nullable: false),
                    full_height = table.Column<int>(type: "integer", nullable: false),
                    full_width = table.Column<int>(type: "integer", nullable: false),
                    high_bytes = table.Column<long>(type: "bigint", nullable: false),
                    high_content_type = table.Column<string>(type: "text", nullable: false),
                    high_crc32 = table.Column<long>(type: "bigint", nullable: false),
                    high_height = table.Column<int>(type: "integer", nullable: false),
                    high_width = table.Column<int>(type: "integer", nullable: false),
                    low_bytes = table.Column<long>(type: "bigint", nullable: false),
                    low_content_type = table.Column<string>(type: "text", nullable: false),
                    low_crc32 = table.Column<long>(type: "bigint", nullable: false),
                    low_height = table.Column<int>(type: "integer", nullable: false),
                    low_width = table.Column<int>(type: "integer", nullable: false),
                    medium_bytes = table.Column<long>(type: "bigint", nullable: false),
                    medium_content_type = table.Column<string>(type: "text", nullable: false),
                    medium_crc32 = table.Column<long>(type: "bigint", nullable: false),
                    medium_height = table.Column<int>(type: "integer", nullable: false),
                    medium_width = table.Column<int>(type: "integer", nullable: false)
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
                name: "import_folders",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    item_id = table.Column<string>(type: "text", nullable: false),
                    path = table.Column<string[]>(type: "text[]", nullable: false),
                    is_to_list = table.Column<bool>(type: "boolean", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_folders", x => x.id);
                    table.ForeignKey(
                        name: "fk_import_folders_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "favourites",
                columns: table => new
                {
                    guest_id = table.Column<Guid>(type: "uuid", nullable: false),
                    image_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    note = table.Column<string>(type: "text", nullable: true),
                    chosen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_favourites", x => new { x.guest_id, x.image_id });
                    table.ForeignKey(
                        name: "fk_favourites_link_guests_guest_id",
                        column: x => x.guest_id,
                        principalTable: "link_guests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
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
                name: "damaged_objects",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    image_id = table.Column<Guid>(type: "uuid", nullable: false),
                    variant = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_damaged_objects", x => x.id);
                    table.ForeignKey(
                        name: "fk_damaged_objects_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "similar_images",
                columns: table => new
                {
                    newer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    older_id = table.Column<Guid>(type: "uuid", nullable: false),
                    distance = table.Column<int>(type: "integer", nullable: false),
                    is_kept = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_similar_images", x => new { x.newer_id, x.older_id });
                    table.ForeignKey(
                        name: "fk_similar_images_images_newer_id",
                        column: x => x.newer_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_similar_images_images_older_id",
                        column: x => x.older_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
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
                    crc32 = table.Column<long>(type: "bigint", nullable: false),
                    blocks = table.Column<byte[]>(type: "bytea", nullable: false),
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
                name: "uncompared_images",
                columns: table => new
                {
                    image_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_uncompared_images", x => x.image_id);
                    table.ForeignKey(
                        name: "fk_uncompared_images_images_image_id",
                        column: x => x.image_id,
                        principalTable: "images",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "import_files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    import_id = table.Column<Guid>(type: "uuid", nullable: false),
                    folder_id = table.Column<Guid>(type: "uuid", nullable: true),
                    item_id = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    result = table.Column<int>(type: "integer", nullable: false),
                    image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    code = table.Column<string>(type: "text", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_files", x => x.id);
                    table.ForeignKey(
                        name: "fk_import_files_import_folders_folder_id",
                        column: x => x.folder_id,
                        principalTable: "import_folders",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_import_files_imports_import_id",
                        column: x => x.import_id,
                        principalTable: "imports",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    key_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    scopes = table.Column<int[]>(type: "integer[]", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_api_keys_users_created_by",
                        column: x => x.created_by,
                        principalTable: "users",
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
                    password_hash = table.Column<string>(type: "text", nullable: true),
                    allows_favourites = table.Column<bool>(type: "boolean", nullable: false),
                    max_favourites = table.Column<int>(type: "integer", nullable: true),
                    name = table.Column<string>(type: "text", nullable: true),
                    shows_preview = table.Column<bool>(type: "boolean", nullable: false),
                    protected_token = table.Column<string>(type: "text", nullable: true)
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
                name: "one_drive_sign_ins",
                columns: table => new
                {
                    state_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    cookie_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    verifier = table.Column<string>(type: "text", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_one_drive_sign_ins", x => x.state_hash);
                    table.ForeignKey(
                        name: "fk_one_drive_sign_ins_users_user_id",
                        column: x => x.user_id,
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
                name: "upload_batches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    is_own = table.Column<bool>(type: "boolean", nullable: false),
                    total = table.Column<int>(type: "integer", nullable: false),
                    uploaded = table.Column<int>(type: "integer", nullable: false),
                    duplicate = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_batches", x => x.id);
                    table.ForeignKey(
                        name: "fk_upload_batches_users_account_id",
                        column: x => x.account_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "archives",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    link_id = table.Column<Guid>(type: "uuid", nullable: true),
                    is_of_hidden = table.Column<bool>(type: "boolean", nullable: false),
                    variant = table.Column<string>(type: "text", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    list_key = table.Column<string>(type: "text", nullable: false),
                    list_bytes = table.Column<long>(type: "bigint", nullable: false),
                    note_bytes = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_archives", x => x.id);
                    table.ForeignKey(
                        name: "fk_archives_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_archives_links_link_id",
                        column: x => x.link_id,
                        principalTable: "links",
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

            migrationBuilder.CreateTable(
                name: "upload_files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    batch_id = table.Column<Guid>(type: "uuid", nullable: true),
                    index = table.Column<int>(type: "integer", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    is_renamed_on_clash = table.Column<bool>(type: "boolean", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: true),
                    position = table.Column<long>(type: "bigint", nullable: true),
                    metadata = table.Column<string>(type: "text", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    part_count = table.Column<int>(type: "integer", nullable: false),
                    image_id = table.Column<Guid>(type: "uuid", nullable: true),
                    code = table.Column<string>(type: "text", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    touched_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_files", x => x.id);
                    table.CheckConstraint("ck_upload_files_offset", "\"offset\" >= 0 AND (\"offset\" < bytes OR \"offset\" = 0)");
                    table.ForeignKey(
                        name: "fk_upload_files_upload_batches_batch_id",
                        column: x => x.batch_id,
                        principalTable: "upload_batches",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_upload_files_users_account_id",
                        column: x => x.account_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "upload_parts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_id = table.Column<Guid>(type: "uuid", nullable: true),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_parts", x => x.id);
                    table.ForeignKey(
                        name: "fk_upload_parts_upload_files_file_id",
                        column: x => x.file_id,
                        principalTable: "upload_files",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.Sql(BaselineFunctions.FirstRows);

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_created_at_id",
                table: "api_keys",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_created_by",
                table: "api_keys",
                column: "created_by");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_key_hash",
                table: "api_keys",
                column: "key_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_archives_expires_at",
                table: "archives",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_archives_group_id",
                table: "archives",
                column: "group_id");

            migrationBuilder.CreateIndex(
                name: "ix_archives_link_id",
                table: "archives",
                column: "link_id");

            migrationBuilder.CreateIndex(
                name: "ix_archives_token_hash",
                table: "archives",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_damaged_objects_image_id_variant",
                table: "damaged_objects",
                columns: new[] { "image_id", "variant" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_damaged_objects_since_id",
                table: "damaged_objects",
                columns: new[] { "since", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_curated",
                table: "facet_counts",
                columns: new[] { "kind", "curated_count", "value" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_live",
                table: "facet_counts",
                columns: new[] { "kind", "live_count", "value" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_public",
                table: "facet_counts",
                columns: new[] { "kind", "public_count", "value" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_search",
                table: "facet_counts",
                column: "value")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

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
                name: "ix_images_camera",
                table: "images",
                column: "camera",
                filter: "camera IS NOT NULL")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

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
                name: "ix_images_group_taken_at",
                table: "images",
                columns: new[] { "group_id", "taken_at" },
                filter: "deleted_at IS NULL AND taken_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_images_hashes",
                table: "images",
                column: "id",
                filter: "perceptual_hash IS NOT NULL AND deleted_at IS NULL")
                .Annotation("Npgsql:IndexInclude", new[] { "perceptual_hash" });

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
                name: "ix_images_without_alternates",
                table: "images",
                column: "id",
                filter: "alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL");

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
                name: "ix_import_files_folder_id_place",
                table: "import_files",
                columns: new[] { "folder_id", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_import_files_import_id_item_id",
                table: "import_files",
                columns: new[] { "import_id", "item_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_import_folders_import_id_item_id",
                table: "import_folders",
                columns: new[] { "import_id", "item_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_imports_open",
                table: "imports",
                column: "id",
                filter: "state IN (0, 1)");

            migrationBuilder.CreateIndex(
                name: "ix_inventory_records_product_id_observed_at",
                table: "inventory_records",
                columns: new[] { "product_id", "observed_at" },
                unique: true)
                .Annotation("Npgsql:IndexInclude", new[] { "id", "quantity" });

            migrationBuilder.CreateIndex(
                name: "ix_known_addresses_signed_in_at",
                table: "known_addresses",
                column: "signed_in_at");

            migrationBuilder.CreateIndex(
                name: "ix_link_guests_link_id_token_hash",
                table: "link_guests",
                columns: new[] { "link_id", "token_hash" },
                unique: true);

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
                name: "ix_one_drive_sign_ins_user_id",
                table: "one_drive_sign_ins",
                column: "user_id");

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
                name: "ix_similar_images_distance",
                table: "similar_images",
                columns: new[] { "distance", "newer_id", "older_id" },
                descending: new[] { false, true, true },
                filter: "NOT is_kept");

            migrationBuilder.CreateIndex(
                name: "ix_similar_images_older_id",
                table: "similar_images",
                column: "older_id");

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
                name: "ix_upload_batches_account_id_created_at_id",
                table: "upload_batches",
                columns: new[] { "account_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_account_id",
                table: "upload_files",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_batch_id_status_index",
                table: "upload_files",
                columns: new[] { "batch_id", "status", "index" },
                filter: "batch_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_finished",
                table: "upload_files",
                column: "finished_at",
                filter: "batch_id IS NULL AND finished_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_kept",
                table: "upload_files",
                column: "group_id",
                filter: "\"offset\" > 0");

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_needed",
                table: "upload_files",
                column: "touched_at",
                filter: "status = 0");

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_promised",
                table: "upload_files",
                columns: new[] { "group_id", "position" },
                filter: "status = 0 AND position IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_upload_files_single",
                table: "upload_files",
                column: "account_id",
                filter: "batch_id IS NULL AND status = 0");

            migrationBuilder.CreateIndex(
                name: "ux_upload_files_index",
                table: "upload_files",
                columns: new[] { "batch_id", "index" },
                unique: true,
                filter: "batch_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_upload_parts_file_id_offset",
                table: "upload_parts",
                columns: new[] { "file_id", "offset" });

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_user_name",
                table: "users",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_users_tier_id",
                table: "users",
                column: "tier_id");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_events_due_at",
                table: "webhook_events",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_events_kind",
                table: "webhook_events",
                column: "kind");

            migrationBuilder.Sql(BaselineFunctions.SizeIndexes);
            migrationBuilder.Sql(BaselineFunctions.Announcements);
            migrationBuilder.Sql(BaselineFunctions.FacetCounts);
        }
    }
}
