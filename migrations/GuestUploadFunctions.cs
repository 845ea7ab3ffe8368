namespace ImageHub.Migrations;

/// <summary>Excludes guests' photos that await approval, and guests' inboxes, from counts, lists and slugs.</summary>
internal static class GuestUploadFunctions
{
    /// <summary>Counts tags and months as before, without images that await approval. Approval adds an image to the counts.</summary>
    internal const string FacetCounts =
        """
        CREATE OR REPLACE FUNCTION count_facets() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
                SELECT facet.kind, facet.value, sum(is_published::int), sum((owner_id IS NULL)::int), count(*)
                FROM new_rows CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
                WHERE deleted_at IS NULL AND guest_id IS NULL
                GROUP BY facet.kind, facet.value;
            ELSIF TG_OP = 'DELETE' THEN
                INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
                SELECT facet.kind, facet.value, -sum(is_published::int), -sum((owner_id IS NULL)::int), -count(*)
                FROM old_rows CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
                WHERE deleted_at IS NULL AND guest_id IS NULL
                GROUP BY facet.kind, facet.value;
            ELSE
                INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
                SELECT facet.kind, facet.value, sum(sign * is_published::int), sum(sign * (owner_id IS NULL)::int), sum(sign)
                FROM (
                    SELECT -1 AS sign, tags, taken_or_created_at, is_published, owner_id FROM old_rows WHERE deleted_at IS NULL AND guest_id IS NULL
                    UNION ALL
                    SELECT 1, tags, taken_or_created_at, is_published, owner_id FROM new_rows WHERE deleted_at IS NULL AND guest_id IS NULL
                ) AS image CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
                GROUP BY facet.kind, facet.value
                HAVING sum(sign * is_published::int) <> 0 OR sum(sign * (owner_id IS NULL)::int) <> 0 OR sum(sign) <> 0;
            END IF;
            RETURN NULL;
        END $$;
        """;

    /// <summary>The indexes that the model cannot express, without images that await approval.</summary>
    internal const string Indexes =
        """
        DROP INDEX ix_images_live_bytes, ix_images_public_bytes, ix_images_live_rating;
        CREATE INDEX ix_images_live_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL AND guest_id IS NULL;
        CREATE INDEX ix_images_public_bytes ON images (full_bytes, id) WHERE deleted_at IS NULL AND guest_id IS NULL AND is_published;
        CREATE INDEX ix_images_live_rating ON images (coalesce(rating, 0), id) WHERE deleted_at IS NULL AND guest_id IS NULL;
        """;

    /// <summary>Inboxes have no slugs, because they have no pages.</summary>
    internal const string Slugs =
        """
        DROP TRIGGER assign_slug ON groups;
        CREATE TRIGGER assign_slug BEFORE INSERT OR UPDATE ON groups FOR EACH ROW WHEN (NEW.owner_id IS NULL AND NEW.inbox_of IS NULL) EXECUTE FUNCTION assign_slug();
        """;

    /// <summary>
    /// Removes the guests' uploads, their inboxes and their photos that await approval. Restores the former counts, slug trigger and indexes that the model
    /// cannot express.
    /// </summary>
    internal const string Removal =
        $"""
        DELETE FROM upload_batches WHERE guest_id IS NOT NULL;
        DELETE FROM images WHERE guest_id IS NOT NULL;
        DELETE FROM groups WHERE inbox_of IS NOT NULL;
        DROP TRIGGER assign_slug ON groups;
        CREATE TRIGGER assign_slug BEFORE INSERT OR UPDATE ON groups FOR EACH ROW WHEN (NEW.owner_id IS NULL) EXECUTE FUNCTION assign_slug();
        DROP INDEX ix_images_live_bytes, ix_images_public_bytes, ix_images_live_rating;
        CREATE INDEX ix_images_live_rating ON images (coalesce(rating, 0), id) WHERE deleted_at IS NULL;
        {BaselineFunctions.SizeIndexes}
        DROP FUNCTION count_facets CASCADE;
        DROP FUNCTION facets_of;
        {BaselineFunctions.FacetCounts}
        """;
}
