namespace ImageHub.Migrations;

/// <summary>The announcement of changed permissions of sessions.</summary>
internal static class AccountFunctions
{
    /// <summary>
    /// Announces that a session has ended, or that an account, a tier or a membership has changed, so that every instance reads the permissions of sessions again.
    /// </summary>
    internal const string Announcement =
        """
        CREATE FUNCTION announce_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM announce_changes('{accounts}');
            RETURN NULL;
        END $$;

        CREATE TRIGGER announce_changed AFTER UPDATE OF ended_at OR DELETE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION announce_accounts();
        CREATE TRIGGER announce_changed AFTER UPDATE OF role, tier_id, is_disabled OR DELETE ON users FOR EACH STATEMENT EXECUTE FUNCTION announce_accounts();
        CREATE TRIGGER announce_changed AFTER UPDATE OR DELETE ON tiers FOR EACH STATEMENT EXECUTE FUNCTION announce_accounts();
        CREATE TRIGGER announce_changed AFTER INSERT OR UPDATE OR DELETE ON group_members FOR EACH STATEMENT EXECUTE FUNCTION announce_accounts();
        """;

    /// <summary>Removes the announcement.</summary>
    internal const string WithoutAnnouncement =
        """
        DROP TRIGGER announce_changed ON sessions;
        DROP TRIGGER announce_changed ON users;
        DROP TRIGGER announce_changed ON tiers;
        DROP TRIGGER announce_changed ON group_members;
        DROP FUNCTION announce_accounts();
        """;
}
