CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" character varying(150) NOT NULL,
    "ProductVersion" character varying(32) NOT NULL,
    CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY ("MigrationId")
);

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE groups (
    id uuid NOT NULL,
    owner_id uuid,
    title text NOT NULL,
    description text,
    search_text text NOT NULL,
    is_published boolean NOT NULL,
    product_id text,
    cover_image_id uuid,
    position bigint NOT NULL,
    image_count integer NOT NULL,
    image_bytes bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT pk_groups PRIMARY KEY (id),
    CONSTRAINT ck_groups_counts CHECK (image_count >= 0 AND image_bytes >= 0),
    CONSTRAINT ck_groups_own CHECK (owner_id IS NULL OR (NOT is_published AND product_id IS NULL))
);

CREATE TABLE orphaned_objects (
    key text NOT NULL,
    bytes bigint NOT NULL,
    found_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_orphaned_objects PRIMARY KEY (key)
);

CREATE TABLE tiers (
    id uuid NOT NULL,
    name text NOT NULL,
    normalized_name text NOT NULL,
    thumbnail_heights integer[] NOT NULL,
    originals boolean NOT NULL,
    expiring_links boolean NOT NULL,
    quota_bytes bigint,
    max_file_bytes bigint,
    CONSTRAINT pk_tiers PRIMARY KEY (id)
);

CREATE TABLE images (
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    owner_id uuid,
    position bigint NOT NULL,
    file_name text NOT NULL,
    title text,
    description text,
    tags text[] NOT NULL,
    search_text text NOT NULL,
    is_published boolean NOT NULL,
    deleted_at timestamp with time zone,
    trashed_with_group boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision integer NOT NULL,
    format integer NOT NULL,
    sha256 bytea NOT NULL,
    original_bytes bigint NOT NULL,
    has_original boolean NOT NULL,
    full_crc32 bigint NOT NULL,
    placeholder bytea NOT NULL,
    taken_at timestamp without time zone,
    taken_at_offset smallint,
    taken_or_created_at timestamp without time zone NOT NULL,
    camera text,
    latitude double precision,
    longitude double precision,
    full_bytes bigint NOT NULL,
    full_content_type text NOT NULL,
    full_height integer NOT NULL,
    full_width integer NOT NULL,
    high_bytes bigint NOT NULL,
    high_content_type text NOT NULL,
    high_height integer NOT NULL,
    high_width integer NOT NULL,
    low_bytes bigint NOT NULL,
    low_content_type text NOT NULL,
    low_height integer NOT NULL,
    low_width integer NOT NULL,
    CONSTRAINT pk_images PRIMARY KEY (id),
    CONSTRAINT ck_images_own CHECK (owner_id IS NULL OR NOT is_published),
    CONSTRAINT fk_images_groups_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE RESTRICT
);

CREATE TABLE users (
    id uuid NOT NULL,
    user_name text NOT NULL,
    normalized_user_name text NOT NULL,
    password_hash text NOT NULL,
    role integer NOT NULL,
    tier_id uuid,
    is_disabled boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT ck_users_tier CHECK ((role = 1) = (tier_id IS NULL)),
    CONSTRAINT fk_users_tiers_tier_id FOREIGN KEY (tier_id) REFERENCES tiers (id) ON DELETE RESTRICT
);

CREATE TABLE thumbnails (
    image_id uuid NOT NULL,
    height integer NOT NULL,
    width integer NOT NULL,
    bytes bigint NOT NULL,
    content_type text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_read_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_thumbnails PRIMARY KEY (image_id, height),
    CONSTRAINT fk_thumbnails_images_image_id FOREIGN KEY (image_id) REFERENCES images (id) ON DELETE CASCADE
);

CREATE TABLE known_addresses (
    user_id uuid NOT NULL,
    address_hash bytea NOT NULL,
    signed_in_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_known_addresses PRIMARY KEY (user_id, address_hash),
    CONSTRAINT fk_known_addresses_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE links (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    kind integer NOT NULL,
    image_id uuid,
    group_id uuid,
    variant text,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    max_views integer,
    views integer NOT NULL,
    password_hash text,
    CONSTRAINT pk_links PRIMARY KEY (id),
    CONSTRAINT ck_links_target CHECK ((kind = 0) = (image_id IS NOT NULL) AND (kind = 0) = (variant IS NOT NULL) AND (kind = 1) = (group_id IS NOT NULL)),
    CONSTRAINT fk_links_groups_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_links_images_image_id FOREIGN KEY (image_id) REFERENCES images (id) ON DELETE CASCADE,
    CONSTRAINT fk_links_users_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    current_token_hash bytea NOT NULL,
    rotated_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT fk_sessions_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE replaced_tokens (
    token_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_replaced_tokens PRIMARY KEY (token_hash),
    CONSTRAINT fk_replaced_tokens_sessions_session_id FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
);

INSERT INTO tiers (id, expiring_links, max_file_bytes, name, normalized_name, originals, quota_bytes, thumbnail_heights)
VALUES ('01980000-0000-7000-8000-000000000001', FALSE, NULL, 'Basic', 'basic', FALSE, NULL, ARRAY[200]::integer[]);
INSERT INTO tiers (id, expiring_links, max_file_bytes, name, normalized_name, originals, quota_bytes, thumbnail_heights)
VALUES ('01980000-0000-7000-8000-000000000002', FALSE, NULL, 'Premium', 'premium', TRUE, NULL, ARRAY[200,400]::integer[]);
INSERT INTO tiers (id, expiring_links, max_file_bytes, name, normalized_name, originals, quota_bytes, thumbnail_heights)
VALUES ('01980000-0000-7000-8000-000000000003', TRUE, NULL, 'Enterprise', 'enterprise', TRUE, NULL, ARRAY[200,400]::integer[]);

CREATE INDEX ix_groups_live_position ON groups (position, id) WHERE deleted_at IS NULL AND owner_id IS NULL;

CREATE INDEX ix_groups_product_id ON groups (product_id) WHERE product_id IS NOT NULL;

CREATE INDEX ix_groups_public_position ON groups (position, id) WHERE deleted_at IS NULL AND is_published;

CREATE INDEX ix_groups_search ON groups USING gin (search_text gin_trgm_ops);

CREATE INDEX ix_groups_trash ON groups (deleted_at, id) WHERE deleted_at IS NOT NULL AND owner_id IS NULL;

CREATE UNIQUE INDEX ux_groups_owner ON groups (owner_id) WHERE owner_id IS NOT NULL;

CREATE INDEX ix_images_deleted_at ON images (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_images_group_position ON images (group_id, position, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_live_created_at ON images (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_live_file_name ON images (file_name, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_live_position ON images (position, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_live_taken_at ON images (taken_or_created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_owner_created_at ON images (owner_id, created_at, id) WHERE deleted_at IS NULL AND owner_id IS NOT NULL;

CREATE INDEX ix_images_public_created_at ON images (created_at, id) WHERE deleted_at IS NULL AND is_published;

CREATE INDEX ix_images_public_file_name ON images (file_name, id) WHERE deleted_at IS NULL AND is_published;

CREATE INDEX ix_images_public_position ON images (position, id) WHERE deleted_at IS NULL AND is_published;

CREATE INDEX ix_images_public_taken_at ON images (taken_or_created_at, id) WHERE deleted_at IS NULL AND is_published;

CREATE INDEX ix_images_search ON images USING gin (search_text gin_trgm_ops);

CREATE INDEX ix_images_sha256 ON images (sha256) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_tags ON images USING gin (tags);

CREATE INDEX ix_images_trash ON images (deleted_at, id) WHERE deleted_at IS NOT NULL AND NOT trashed_with_group;

CREATE UNIQUE INDEX ux_images_file_name ON images (group_id, file_name) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX ux_images_sha256 ON images (group_id, sha256) WHERE deleted_at IS NULL;

CREATE INDEX ix_known_addresses_signed_in_at ON known_addresses (signed_in_at);

CREATE INDEX ix_links_created_at_id ON links (created_at, id);

CREATE INDEX ix_links_created_by_created_at_id ON links (created_by, created_at, id);

CREATE INDEX ix_links_group_id ON links (group_id);

CREATE INDEX ix_links_image_id ON links (image_id);

CREATE UNIQUE INDEX ix_links_token_hash ON links (token_hash);

CREATE INDEX ix_replaced_tokens_session_id ON replaced_tokens (session_id);

CREATE UNIQUE INDEX ix_sessions_current_token_hash ON sessions (current_token_hash);

CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);

CREATE INDEX ix_sessions_user_id ON sessions (user_id);

CREATE INDEX ix_thumbnails_last_read_at ON thumbnails (last_read_at);

CREATE UNIQUE INDEX ix_tiers_normalized_name ON tiers (normalized_name);

CREATE UNIQUE INDEX ix_users_normalized_user_name ON users (normalized_user_name);

CREATE INDEX ix_users_tier_id ON users (tier_id);

CREATE INDEX ix_images_live_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_images_public_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL AND is_published;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261120192844_Initial', '10.0.14');

ALTER TABLE groups ADD promised_position bigint NOT NULL DEFAULT 0;

CREATE TABLE upload_batches (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    group_id uuid NOT NULL,
    is_own boolean NOT NULL,
    total integer NOT NULL,
    uploaded integer NOT NULL,
    duplicate integer NOT NULL,
    failed integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_upload_batches PRIMARY KEY (id),
    CONSTRAINT fk_upload_batches_users_account_id FOREIGN KEY (account_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE upload_files (
    id uuid NOT NULL,
    batch_id uuid,
    index integer NOT NULL,
    account_id uuid NOT NULL,
    group_id uuid NOT NULL,
    file_name text NOT NULL,
    is_renamed_on_clash boolean NOT NULL,
    bytes bigint NOT NULL,
    sha256 bytea,
    position bigint,
    status integer NOT NULL,
    "offset" bigint NOT NULL,
    part_count integer NOT NULL,
    image_id uuid,
    code text,
    error text,
    created_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT pk_upload_files PRIMARY KEY (id),
    CONSTRAINT ck_upload_files_offset CHECK ("offset" >= 0 AND ("offset" < bytes OR "offset" = 0)),
    CONSTRAINT fk_upload_files_upload_batches_batch_id FOREIGN KEY (batch_id) REFERENCES upload_batches (id) ON DELETE CASCADE,
    CONSTRAINT fk_upload_files_users_account_id FOREIGN KEY (account_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE upload_parts (
    id uuid NOT NULL,
    file_id uuid,
    "offset" bigint NOT NULL,
    bytes bigint NOT NULL,
    CONSTRAINT pk_upload_parts PRIMARY KEY (id),
    CONSTRAINT fk_upload_parts_upload_files_file_id FOREIGN KEY (file_id) REFERENCES upload_files (id) ON DELETE SET NULL
);

CREATE INDEX ix_upload_batches_account_id_created_at_id ON upload_batches (account_id, created_at, id);

CREATE INDEX ix_upload_files_account_id ON upload_files (account_id);

CREATE INDEX ix_upload_files_batch_id_status_index ON upload_files (batch_id, status, index) WHERE batch_id IS NOT NULL;

CREATE INDEX ix_upload_files_finished ON upload_files (finished_at) WHERE batch_id IS NULL AND finished_at IS NOT NULL;

CREATE INDEX ix_upload_files_kept ON upload_files (group_id) WHERE "offset" > 0;

CREATE INDEX ix_upload_files_needed ON upload_files (touched_at) WHERE status = 0;

CREATE UNIQUE INDEX ux_upload_files_index ON upload_files (batch_id, index) WHERE batch_id IS NOT NULL;

CREATE INDEX ix_upload_parts_file_id_offset ON upload_parts (file_id, "offset");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261120213306_Uploads', '10.0.14');

CREATE TABLE api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    key_hash bytea NOT NULL,
    scopes integer[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT pk_api_keys PRIMARY KEY (id),
    CONSTRAINT fk_api_keys_users_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_api_keys_created_at_id ON api_keys (created_at, id);

CREATE INDEX ix_api_keys_created_by ON api_keys (created_by);

CREATE UNIQUE INDEX ix_api_keys_key_hash ON api_keys (key_hash);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261120215056_ApiKeys', '10.0.14');

CREATE TABLE imports (
    id uuid NOT NULL,
    item_ids text[] NOT NULL,
    group_id uuid,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    state integer NOT NULL,
    looked_up integer NOT NULL,
    is_listed boolean NOT NULL,
    error text,
    CONSTRAINT pk_imports PRIMARY KEY (id)
);

CREATE TABLE one_drive_connections (
    id integer NOT NULL,
    account text,
    access_token text NOT NULL,
    access_token_expires_at timestamp with time zone NOT NULL,
    refresh_token text NOT NULL,
    connected_by uuid NOT NULL,
    connected_at timestamp with time zone NOT NULL,
    lost_at timestamp with time zone,
    CONSTRAINT pk_one_drive_connections PRIMARY KEY (id),
    CONSTRAINT ck_one_drive_connections_only CHECK (id = 1)
);

CREATE TABLE one_drive_sign_ins (
    state_hash bytea NOT NULL,
    cookie_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    verifier text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_one_drive_sign_ins PRIMARY KEY (state_hash),
    CONSTRAINT fk_one_drive_sign_ins_users_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE protection_keys (
    id uuid NOT NULL,
    encrypted_with text NOT NULL,
    xml text NOT NULL,
    CONSTRAINT pk_protection_keys PRIMARY KEY (id)
);

CREATE TABLE import_folders (
    id uuid NOT NULL,
    import_id uuid NOT NULL,
    item_id text NOT NULL,
    path text[] NOT NULL,
    is_to_list boolean NOT NULL,
    place integer NOT NULL,
    title text,
    group_id uuid,
    CONSTRAINT pk_import_folders PRIMARY KEY (id),
    CONSTRAINT fk_import_folders_imports_import_id FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
);

CREATE TABLE import_files (
    id uuid NOT NULL,
    import_id uuid NOT NULL,
    folder_id uuid,
    item_id text NOT NULL,
    name text NOT NULL,
    place integer NOT NULL,
    result integer NOT NULL,
    image_id uuid,
    attempts integer NOT NULL,
    code text,
    error text,
    CONSTRAINT pk_import_files PRIMARY KEY (id),
    CONSTRAINT fk_import_files_import_folders_folder_id FOREIGN KEY (folder_id) REFERENCES import_folders (id) ON DELETE CASCADE,
    CONSTRAINT fk_import_files_imports_import_id FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE
);

CREATE INDEX ix_import_files_folder_id_place ON import_files (folder_id, place);

CREATE UNIQUE INDEX ix_import_files_import_id_item_id ON import_files (import_id, item_id);

CREATE UNIQUE INDEX ix_import_folders_import_id_item_id ON import_folders (import_id, item_id);

CREATE INDEX ix_imports_open ON imports (id) WHERE state IN (0, 1);

CREATE INDEX ix_one_drive_sign_ins_user_id ON one_drive_sign_ins (user_id);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261120220653_OneDrive', '10.0.14');

CREATE INDEX ix_upload_files_promised ON upload_files (group_id, position) WHERE status = 0 AND position IS NOT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261120231535_PromisedPlaces', '10.0.14');

CREATE FUNCTION announce_changes(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(tags) > 1500 THEN
        PERFORM pg_notify('imagehub_changes', 'all');
    ELSE
        -- A payload has less than 8,000 bytes, a tag at most 42.
        PERFORM pg_notify('imagehub_changes', array_to_string(tags[part + 1 : part + 150], ' '))
        FROM generate_series(0, cardinality(tags) - 1, 150) AS part;
    END IF;
END $$;

CREATE FUNCTION announce_groups() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        ids := ARRAY(SELECT id FROM new_rows WHERE is_published);
    ELSIF TG_OP = 'DELETE' THEN
        ids := ARRAY(SELECT id FROM old_rows WHERE is_published);
    ELSE
        ids := ARRAY(SELECT id FROM old_rows WHERE is_published UNION SELECT id FROM new_rows WHERE is_published);
    END IF;
    IF cardinality(ids) > 0 THEN
        PERFORM announce_changes('{groups}' || ARRAY(SELECT 'group:' || id FROM unnest(ids) AS id));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION announce_images() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    group_ids uuid[];
    ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        group_ids := ARRAY(SELECT DISTINCT group_id FROM new_rows WHERE is_published);
    ELSIF TG_OP = 'DELETE' THEN
        group_ids := ARRAY(SELECT DISTINCT group_id FROM old_rows WHERE is_published);
        ids := ARRAY(SELECT id FROM old_rows WHERE is_published);
    ELSE
        group_ids := ARRAY(SELECT group_id FROM old_rows WHERE is_published UNION SELECT group_id FROM new_rows WHERE is_published);
        ids := ARRAY(SELECT id FROM old_rows WHERE is_published UNION SELECT id FROM new_rows WHERE is_published);
    END IF;
    IF cardinality(group_ids) > 0 THEN
        PERFORM announce_changes(
            '{groups,images}' || ARRAY(SELECT 'group:' || id FROM unnest(group_ids) AS id) || ARRAY(SELECT 'image:' || id FROM unnest(ids) AS id));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER announce_inserted AFTER INSERT ON groups REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_groups();
CREATE TRIGGER announce_updated AFTER UPDATE ON groups REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_groups();
CREATE TRIGGER announce_deleted AFTER DELETE ON groups REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_groups();
CREATE TRIGGER announce_inserted AFTER INSERT ON images REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_images();
CREATE TRIGGER announce_updated AFTER UPDATE ON images REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_images();
CREATE TRIGGER announce_deleted AFTER DELETE ON images REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_images();

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261121015509_AnnouncedChanges', '10.0.14');

CREATE TABLE inventory_records (
    id uuid NOT NULL,
    product_id text NOT NULL,
    quantity bigint NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_inventory_records PRIMARY KEY (id),
    CONSTRAINT ck_inventory_records_quantity CHECK (quantity >= 0)
);

CREATE TABLE inventory_rollups (
    product_id text NOT NULL,
    width integer NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    count bigint NOT NULL,
    min bigint NOT NULL,
    max bigint NOT NULL,
    last bigint NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_inventory_rollups PRIMARY KEY (product_id, width, starts_at)
);

CREATE UNIQUE INDEX ix_inventory_records_product_id_observed_at ON inventory_records (product_id, observed_at) INCLUDE (id, quantity);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261121020347_Inventory', '10.0.14');

ALTER TABLE thumbnails ADD crc32 bigint;

ALTER TABLE images ADD high_crc32 bigint;

ALTER TABLE images ADD low_crc32 bigint;

CREATE TABLE damaged_objects (
    id uuid NOT NULL,
    image_id uuid NOT NULL,
    variant text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT pk_damaged_objects PRIMARY KEY (id),
    CONSTRAINT fk_damaged_objects_images_image_id FOREIGN KEY (image_id) REFERENCES images (id) ON DELETE CASCADE
);

CREATE TABLE scrubs (
    id integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_image_id uuid,
    checked_at timestamp with time zone,
    CONSTRAINT pk_scrubs PRIMARY KEY (id),
    CONSTRAINT ck_scrubs_only CHECK (id = 1)
);

CREATE UNIQUE INDEX ix_damaged_objects_image_id_variant ON damaged_objects (image_id, variant);

CREATE INDEX ix_damaged_objects_since_id ON damaged_objects (since, id);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261121082819_WatchedBytes', '10.0.14');

ALTER TABLE images ADD cleaning integer NOT NULL DEFAULT 0;

CREATE INDEX ix_images_cleaning ON images (id) WHERE cleaning < 2;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261121111208_EarlierCleaning', '10.0.14');

ALTER TABLE images ADD medium_bytes bigint;

ALTER TABLE images ADD medium_content_type text;

ALTER TABLE images ADD medium_crc32 bigint;

ALTER TABLE images ADD medium_height integer;

ALTER TABLE images ADD medium_width integer;

CREATE INDEX ix_images_without_medium ON images (id) WHERE medium_bytes IS NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122054912_MediumRenditions', '10.0.14');

ALTER TABLE images ADD alternate_bytes bigint NOT NULL DEFAULT 0;

ALTER TABLE images ADD alternates bytea;

CREATE INDEX ix_images_without_alternates ON images (id) WHERE alternates IS NULL AND owner_id IS NULL AND deleted_at IS NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122103318_Alternates', '10.0.14');

CREATE TABLE site_profiles (
    id integer NOT NULL,
    title text,
    introduction text,
    photographer text,
    accent text,
    footer_labels text[] NOT NULL,
    footer_urls text[] NOT NULL,
    logo_image_id uuid,
    CONSTRAINT pk_site_profiles PRIMARY KEY (id),
    CONSTRAINT ck_site_profiles_only CHECK (id = 1)
);

INSERT INTO site_profiles (id, accent, footer_labels, footer_urls, introduction, logo_image_id, photographer, title)
VALUES (1, NULL, ARRAY[]::text[], ARRAY[]::text[], NULL, NULL, NULL, NULL);

CREATE FUNCTION announce_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_changes('{site}');
    RETURN NULL;
END $$;

CREATE TRIGGER announce_changed AFTER INSERT OR UPDATE OR DELETE ON site_profiles FOR EACH STATEMENT EXECUTE FUNCTION announce_site();

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122133707_Site', '10.0.14');

ALTER TABLE images ADD exposure_seconds double precision;

ALTER TABLE images ADD fnumber double precision;

ALTER TABLE images ADD focal_length_mm double precision;

ALTER TABLE images ADD iso integer;

ALTER TABLE images ADD lens text;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122134543_Exposure', '10.0.14');

CREATE TABLE archives (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    group_id uuid NOT NULL,
    link_id uuid,
    is_of_hidden boolean NOT NULL,
    image_ids uuid[],
    variant text NOT NULL,
    etag text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_archives PRIMARY KEY (id),
    CONSTRAINT fk_archives_groups_group_id FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_archives_links_link_id FOREIGN KEY (link_id) REFERENCES links (id) ON DELETE CASCADE
);

CREATE INDEX ix_archives_expires_at ON archives (expires_at);

CREATE INDEX ix_archives_group_id ON archives (group_id);

CREATE INDEX ix_archives_link_id ON archives (link_id);

CREATE UNIQUE INDEX ix_archives_token_hash ON archives (token_hash);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122143950_Archives', '10.0.14');

ALTER TABLE links ADD allows_favourites boolean NOT NULL DEFAULT FALSE;

CREATE TABLE link_guests (
    id uuid NOT NULL,
    link_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    name text,
    created_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone,
    CONSTRAINT pk_link_guests PRIMARY KEY (id)
);

CREATE TABLE favourites (
    guest_id uuid NOT NULL,
    image_id uuid NOT NULL,
    file_name text NOT NULL,
    note text,
    chosen_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_favourites PRIMARY KEY (guest_id, image_id),
    CONSTRAINT fk_favourites_link_guests_guest_id FOREIGN KEY (guest_id) REFERENCES link_guests (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX ix_link_guests_link_id_token_hash ON link_guests (link_id, token_hash);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122151443_Favourites', '10.0.14');

CREATE TABLE facet_changes (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    kind integer NOT NULL,
    value text NOT NULL,
    public_count integer NOT NULL,
    curated_count integer NOT NULL,
    live_count integer NOT NULL,
    CONSTRAINT pk_facet_changes PRIMARY KEY (id)
);

CREATE TABLE facet_counts (
    kind integer NOT NULL,
    value text NOT NULL,
    public_count integer NOT NULL,
    curated_count integer NOT NULL,
    live_count integer NOT NULL,
    CONSTRAINT pk_facet_counts PRIMARY KEY (kind, value)
);

CREATE INDEX ix_images_camera ON images USING gin (camera gin_trgm_ops) WHERE camera IS NOT NULL;

CREATE INDEX ix_facet_counts_curated ON facet_counts (kind, curated_count DESC, value);

CREATE INDEX ix_facet_counts_live ON facet_counts (kind, live_count DESC, value);

CREATE INDEX ix_facet_counts_public ON facet_counts (kind, public_count DESC, value);

CREATE INDEX ix_facet_counts_search ON facet_counts USING gin (value gin_trgm_ops);

CREATE FUNCTION facets_of(tags text[], taken timestamp) RETURNS TABLE (kind int, value text) LANGUAGE sql STABLE AS $$
    SELECT 0, unnest(tags) UNION ALL SELECT 1, to_char(taken, 'YYYY-MM')
$$;

CREATE FUNCTION count_facets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
        SELECT facet.kind, facet.value, sum(is_published::int), sum((owner_id IS NULL)::int), count(*)
        FROM new_rows CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
        WHERE deleted_at IS NULL
        GROUP BY facet.kind, facet.value;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
        SELECT facet.kind, facet.value, -sum(is_published::int), -sum((owner_id IS NULL)::int), -count(*)
        FROM old_rows CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
        WHERE deleted_at IS NULL
        GROUP BY facet.kind, facet.value;
    ELSE
        INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
        SELECT facet.kind, facet.value, sum(sign * is_published::int), sum(sign * (owner_id IS NULL)::int), sum(sign)
        FROM (
            SELECT -1 AS sign, tags, taken_or_created_at, is_published, owner_id FROM old_rows WHERE deleted_at IS NULL
            UNION ALL
            SELECT 1, tags, taken_or_created_at, is_published, owner_id FROM new_rows WHERE deleted_at IS NULL
        ) AS image CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
        GROUP BY facet.kind, facet.value
        HAVING sum(sign * is_published::int) <> 0 OR sum(sign * (owner_id IS NULL)::int) <> 0 OR sum(sign) <> 0;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER count_inserted AFTER INSERT ON images REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_facets();
CREATE TRIGGER count_updated AFTER UPDATE ON images REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_facets();
CREATE TRIGGER count_deleted AFTER DELETE ON images REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_facets();

INSERT INTO facet_counts (kind, value, public_count, curated_count, live_count)
SELECT facet.kind, facet.value, sum(is_published::int), sum((owner_id IS NULL)::int), count(*)
FROM images CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
WHERE deleted_at IS NULL
GROUP BY facet.kind, facet.value;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122164738_Facets', '10.0.14');

ALTER TABLE images ADD perceptual_hash bigint;

CREATE TABLE similar_images (
    newer_id uuid NOT NULL,
    older_id uuid NOT NULL,
    distance integer NOT NULL,
    is_kept boolean NOT NULL,
    CONSTRAINT pk_similar_images PRIMARY KEY (newer_id, older_id),
    CONSTRAINT fk_similar_images_images_newer_id FOREIGN KEY (newer_id) REFERENCES images (id) ON DELETE CASCADE,
    CONSTRAINT fk_similar_images_images_older_id FOREIGN KEY (older_id) REFERENCES images (id) ON DELETE CASCADE
);

CREATE TABLE uncompared_images (
    image_id uuid NOT NULL,
    CONSTRAINT pk_uncompared_images PRIMARY KEY (image_id),
    CONSTRAINT fk_uncompared_images_images_image_id FOREIGN KEY (image_id) REFERENCES images (id) ON DELETE CASCADE
);

CREATE INDEX ix_images_hashes ON images (id) INCLUDE (perceptual_hash) WHERE perceptual_hash IS NOT NULL;

CREATE INDEX ix_images_without_hash ON images (id) WHERE perceptual_hash IS NULL AND owner_id IS NULL AND deleted_at IS NULL;

CREATE INDEX ix_similar_images_distance ON similar_images (distance, newer_id DESC, older_id DESC) WHERE NOT is_kept;

CREATE INDEX ix_similar_images_older_id ON similar_images (older_id);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122170547_SimilarImages', '10.0.14');

CREATE TABLE webhook_events (
    id uuid NOT NULL,
    kind integer NOT NULL,
    body text NOT NULL,
    at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_webhook_events PRIMARY KEY (id)
);

CREATE INDEX ix_webhook_events_due_at ON webhook_events (due_at);

CREATE INDEX ix_webhook_events_kind ON webhook_events (kind);

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122194638_Webhooks', '10.0.14');

CREATE INDEX ix_images_group_taken_at ON images (group_id, taken_at) WHERE deleted_at IS NULL AND taken_at IS NOT NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122210152_GroupDates', '10.0.14');

DROP INDEX ix_images_hashes;

CREATE INDEX ix_images_hashes ON images (id) INCLUDE (perceptual_hash) WHERE perceptual_hash IS NOT NULL AND deleted_at IS NULL;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123032304_ComparedAgain', '10.0.14');

DELETE FROM archives;

UPDATE orphaned_objects SET found_at = found_at + interval '1 day';

ALTER TABLE archives DROP COLUMN image_ids;

ALTER TABLE orphaned_objects RENAME COLUMN found_at TO due_at;

ALTER TABLE archives RENAME COLUMN etag TO list_key;

ALTER TABLE upload_files ADD metadata text;

ALTER TABLE thumbnails ADD blocks bytea;

ALTER TABLE links ADD max_favourites integer;

ALTER TABLE links ADD name text;

ALTER TABLE links ADD protected_token text;

ALTER TABLE links ADD shows_preview boolean NOT NULL DEFAULT FALSE;

ALTER TABLE link_guests ADD changed_at timestamp with time zone NOT NULL DEFAULT TIMESTAMPTZ '-infinity';

ALTER TABLE images ADD blocks bytea;

ALTER TABLE archives ADD file_name text NOT NULL DEFAULT '';

ALTER TABLE archives ADD list_bytes bigint NOT NULL DEFAULT 0;

ALTER TABLE archives ADD note_bytes bigint NOT NULL DEFAULT 0;

CREATE INDEX ix_upload_files_single ON upload_files (account_id) WHERE batch_id IS NULL AND status = 0;

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261123165527_SeenFromOutside', '10.0.14');

