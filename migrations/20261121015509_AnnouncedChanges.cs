using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class AnnouncedChanges : Migration
    {
        // What visitors see has changed: the words of ImageHub.Application.Delivery.ChangeTags, sent when the transaction commits. Triggers, so that no
        // statement is forgotten; for each statement, so that one over many rows announces once.
        private const string Announce =
            """
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
            """;

        private const string Unannounce =
            """
            DROP TRIGGER announce_inserted ON images;
            DROP TRIGGER announce_updated ON images;
            DROP TRIGGER announce_deleted ON images;
            DROP TRIGGER announce_inserted ON groups;
            DROP TRIGGER announce_updated ON groups;
            DROP TRIGGER announce_deleted ON groups;
            DROP FUNCTION announce_images;
            DROP FUNCTION announce_groups;
            DROP FUNCTION announce_changes;
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Announce);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Unannounce);
        }
    }
}
