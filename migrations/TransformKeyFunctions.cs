namespace ImageHub.Migrations;

/// <summary>The announcement of ended transform keys.</summary>
internal static class TransformKeyFunctions
{
    /// <summary>Announces that a key has ended, so that every instance discards all cached pictures of signed addresses.</summary>
    internal const string Announcement =
        """
        CREATE FUNCTION announce_transform_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM announce_changes('{transform-keys}');
            RETURN NULL;
        END $$;

        CREATE TRIGGER announce_changed AFTER UPDATE OR DELETE ON transform_keys FOR EACH STATEMENT EXECUTE FUNCTION announce_transform_keys();
        """;

    /// <summary>Removes the announcement.</summary>
    internal const string WithoutAnnouncement = "DROP TRIGGER announce_changed ON transform_keys; DROP FUNCTION announce_transform_keys();";
}
