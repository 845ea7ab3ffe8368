namespace ImageHub.Migrations;

/// <summary>The announcement of changed thumbnails.</summary>
internal static class ThumbnailFunctions
{
    /// <summary>
    /// Announces that a thumbnail was deleted, or that data for thumbnail responses has changed, so that every instance reads the data again. A new time of the
    /// last read is not announced.
    /// </summary>
    internal const string Announcement =
        """
        CREATE FUNCTION announce_thumbnails() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM announce_changes('{thumbnails}');
            RETURN NULL;
        END $$;

        CREATE TRIGGER announce_thumbnails AFTER UPDATE OF revision, owner_id, file_name, deleted_at OR DELETE ON images FOR EACH STATEMENT EXECUTE FUNCTION announce_thumbnails();
        CREATE TRIGGER announce_changed AFTER UPDATE OF width, bytes, content_type, crc32, blocks, created_at OR DELETE ON thumbnails FOR EACH STATEMENT EXECUTE FUNCTION announce_thumbnails();
        """;

    /// <summary>Removes the announcement.</summary>
    internal const string WithoutAnnouncement =
        """
        DROP TRIGGER announce_thumbnails ON images;
        DROP TRIGGER announce_changed ON thumbnails;
        DROP FUNCTION announce_thumbnails();
        """;
}
