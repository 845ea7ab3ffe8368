namespace ImageHub.Migrations;

/// <summary>The announcements of changes that also affect groups above or below.</summary>
internal static class NestedGroupFunctions
{
    /// <summary>
    /// A group's answer contains titles of groups above, the number of groups below and, if it has no images, a cover from below. Changes are therefore also
    /// announced for the groups above, and new titles for the groups below.
    /// </summary>
    internal const string Announcements =
        """
        CREATE OR REPLACE FUNCTION announce_groups() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            ids uuid[];
            renamed uuid[];
        BEGIN
            IF TG_OP = 'INSERT' THEN
                ids := ARRAY(SELECT unnest(path || id) FROM new_rows WHERE is_published);
            ELSIF TG_OP = 'DELETE' THEN
                ids := ARRAY(SELECT unnest(path || id) FROM old_rows WHERE is_published);
            ELSE
                ids := ARRAY(SELECT unnest(path || id) FROM old_rows WHERE is_published UNION SELECT unnest(path || id) FROM new_rows WHERE is_published);
                -- Not a join: without statistics of the rows, it would compare each with each.
                renamed := ARRAY(SELECT id FROM (SELECT id, title FROM new_rows WHERE is_published EXCEPT SELECT id, title FROM old_rows) AS changed);
                IF cardinality(renamed) > 0 THEN
                    ids := ids || ARRAY(SELECT id FROM groups WHERE path && renamed AND is_published);
                END IF;
            END IF;
            IF cardinality(ids) > 0 THEN
                PERFORM announce_changes('{groups}' || ARRAY(SELECT DISTINCT 'group:' || id FROM unnest(ids) AS id));
            END IF;
            RETURN NULL;
        END $$;

        CREATE OR REPLACE FUNCTION announce_images() RETURNS trigger LANGUAGE plpgsql AS $$
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
                    '{groups,images}'
                    || ARRAY(SELECT DISTINCT 'group:' || unnest(path || id) FROM groups WHERE id = ANY(group_ids))
                    || ARRAY(SELECT 'image:' || id FROM unnest(ids) AS id));
            END IF;
            RETURN NULL;
        END $$;
        """;

    /// <summary>Restores the announcements of a schema without groups below groups.</summary>
    internal static readonly string FormerAnnouncements =
        $"{BaselineFunctions.AnnounceGroups}\n\n{BaselineFunctions.AnnounceImages}".Replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", StringComparison.Ordinal);
}
