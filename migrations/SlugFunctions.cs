namespace ImageHub.Migrations;

/// <summary>The functions and the trigger that give curated groups their slugs, and the announcement of changed logos.</summary>
internal static class SlugFunctions
{
    /// <summary>
    /// A slug follows its group's title until an admin sets it. It is unique among the groups outside the trash; a number or the end of the group's id
    /// is added if another group has it. Retired slugs are kept, at most 20 for each group. A transaction lock makes assignments wait for each other.
    /// </summary>
    internal const string Slugs =
        """
        CREATE FUNCTION slug_from(title text, id uuid) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            slug text := lower(regexp_replace(normalize(title, NFKD), '[\u0300-\u036F''’]+', '', 'g'));
        BEGIN
            slug := replace(replace(replace(replace(slug, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
            slug := replace(replace(replace(slug, 'Æ', 'ae'), 'Œ', 'oe'), 'Þ', 'th');
            slug := translate(slug, 'øØłŁđĐðÐı', 'oollddddi');
            slug := trim(BOTH '-' FROM left(trim(BOTH '-' FROM regexp_replace(slug, '[^a-z0-9]+', '-', 'g')), 80));
            IF slug = '' OR slug ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
                RETURN 'group-' || right(id::text, 8);
            END IF;
            RETURN slug;
        END $$;

        CREATE FUNCTION free_slug(wanted text, group_id uuid) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
            found text := wanted;
        BEGIN
            FOR number IN 2..50 LOOP
                IF NOT EXISTS (SELECT FROM groups WHERE slug = found AND id <> group_id AND deleted_at IS NULL AND owner_id IS NULL) THEN
                    RETURN found;
                END IF;
                found := trim(TRAILING '-' FROM left(wanted, 77)) || '-' || number;
            END LOOP;
            RETURN trim(TRAILING '-' FROM left(wanted, 71)) || '-' || right(group_id::text, 8);
        END $$;

        CREATE FUNCTION assign_slug() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.slug IS NOT NULL AND NEW.slug IS NOT DISTINCT FROM OLD.slug
                AND NEW.has_own_slug = OLD.has_own_slug AND NEW.title = OLD.title AND (OLD.deleted_at IS NULL OR NEW.deleted_at IS NOT NULL) THEN
                RETURN NEW;
            END IF;
            PERFORM pg_advisory_xact_lock(5683347464);
            IF NEW.slug IS NULL OR NOT NEW.has_own_slug AND (TG_OP = 'INSERT' OR OLD.has_own_slug OR slug_from(NEW.title, NEW.id) <> slug_from(OLD.title, OLD.id)) THEN
                NEW.slug := free_slug(slug_from(NEW.title, NEW.id), NEW.id);
            ELSIF TG_OP = 'UPDATE' AND OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN
                NEW.slug := free_slug(NEW.slug, NEW.id);
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.slug IS NOT NULL AND OLD.slug <> NEW.slug THEN
                INSERT INTO former_slugs (slug, group_id, retired_at) VALUES (OLD.slug, NEW.id, now())
                ON CONFLICT (slug) DO UPDATE SET group_id = EXCLUDED.group_id, retired_at = EXCLUDED.retired_at;
                DELETE FROM former_slugs WHERE group_id = NEW.id AND slug NOT IN
                    (SELECT slug FROM former_slugs WHERE group_id = NEW.id ORDER BY retired_at DESC, slug LIMIT 20);
            END IF;
            RETURN NEW;
        END $$;

        CREATE TRIGGER assign_slug BEFORE INSERT OR UPDATE ON groups FOR EACH ROW WHEN (NEW.owner_id IS NULL) EXECUTE FUNCTION assign_slug();

        UPDATE groups SET slug = NULL WHERE owner_id IS NULL;
        """;

    /// <summary>Finds taken slugs with the index of slugs. The index leaves out guests' inboxes, which have no slugs.</summary>
    internal const string TakenSlugsByIndex =
        """
        CREATE OR REPLACE FUNCTION free_slug(wanted text, group_id uuid) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE
            found text := wanted;
        BEGIN
            FOR number IN 2..50 LOOP
                IF NOT EXISTS (SELECT FROM groups WHERE slug = found AND id <> group_id AND deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL) THEN
                    RETURN found;
                END IF;
                found := trim(TRAILING '-' FROM left(wanted, 77)) || '-' || number;
            END LOOP;
            RETURN trim(TRAILING '-' FROM left(wanted, 71)) || '-' || right(group_id::text, 8);
        END $$;
        """;

    /// <summary>Announces changed logos as changes of the site.</summary>
    internal const string Logos =
        """
        CREATE TRIGGER announce_changed AFTER INSERT OR UPDATE OR DELETE ON site_logos FOR EACH STATEMENT EXECUTE FUNCTION announce_site();
        """;
}
