namespace ImageHub.Migrations;

/// <summary>The announcement of a changed watermark.</summary>
internal static class WatermarkFunctions
{
    /// <summary>The addresses of pictures contain the number of the watermark, so a new number changes answers of every kind.</summary>
    internal const string Announcement =
        """
        CREATE FUNCTION announce_watermark() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM announce_changes('{all}');
            RETURN NULL;
        END $$;

        CREATE TRIGGER announce_watermark AFTER UPDATE ON site_profiles
            FOR EACH ROW WHEN (OLD.watermark_number <> NEW.watermark_number) EXECUTE FUNCTION announce_watermark();
        """;

    /// <summary>Removes the announcement.</summary>
    internal const string NoAnnouncement = "DROP TRIGGER announce_watermark ON site_profiles; DROP FUNCTION announce_watermark();";
}
