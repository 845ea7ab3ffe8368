namespace ImageHub.Migrations;

/// <summary>The rows, functions, triggers and indexes of the baseline that the model cannot express.</summary>
internal static class BaselineFunctions
{
    /// <summary>
    /// The site's profile, and three tiers that admins may change or delete. The migration inserts these rows once. EF Core's seed data (<c>HasData</c>) would
    /// overwrite changes by admins.
    /// </summary>
    internal const string FirstRows =
        """
        INSERT INTO site_profiles (id, footer_labels, footer_urls) VALUES (1, '{}', '{}');

        INSERT INTO tiers (id, name, normalized_name, thumbnail_heights, originals, expiring_links) VALUES
            ('01980000-0000-7000-8000-000000000001', 'Basic', 'basic', '{200}', false, false),
            ('01980000-0000-7000-8000-000000000002', 'Premium', 'premium', '{200,400}', true, false),
            ('01980000-0000-7000-8000-000000000003', 'Enterprise', 'enterprise', '{200,400}', true, true);
        """;

    /// <summary>Indexes for lists by size. An index of EF Core's model cannot name a member of a complex property.</summary>
    internal const string SizeIndexes =
        """
        CREATE INDEX ix_images_live_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL;
        CREATE INDEX ix_images_public_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL AND is_published;
        """;

    /// <summary>The trigger function of groups; a later migration replaces it.</summary>
    internal const string AnnounceGroups =
        """
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
        """;

    /// <summary>The trigger function of images; a later migration replaces it.</summary>
    internal const string AnnounceImages =
        """
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
        """;

    /// <summary>
    /// Announces each change of public rows when its transaction commits, with the tags of <c>ImageHub.Application.Delivery.ChangeTags</c>. A trigger runs once
    /// for each statement, even if the statement changes many rows.
    /// </summary>
    internal const string Announcements =
        $$"""
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

        {{AnnounceGroups}}

        {{AnnounceImages}}

        CREATE FUNCTION announce_site() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM announce_changes('{site}');
            RETURN NULL;
        END $$;

        CREATE TRIGGER announce_inserted AFTER INSERT ON groups REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_groups();
        CREATE TRIGGER announce_updated AFTER UPDATE ON groups REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_groups();
        CREATE TRIGGER announce_deleted AFTER DELETE ON groups REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_groups();
        CREATE TRIGGER announce_inserted AFTER INSERT ON images REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_images();
        CREATE TRIGGER announce_updated AFTER UPDATE ON images REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_images();
        CREATE TRIGGER announce_deleted AFTER DELETE ON images REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION announce_images();
        CREATE TRIGGER announce_changed AFTER INSERT OR UPDATE OR DELETE ON site_profiles FOR EACH STATEMENT EXECUTE FUNCTION announce_site();
        """;

    /// <summary>Updates the number of images for each tag (<c>FacetKind.Tag</c>, 0) and month (<c>FacetKind.Month</c>, 1) when images change.</summary>
    internal const string FacetCounts =
        """
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
        """;
}
