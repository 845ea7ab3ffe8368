namespace ImageHub.Migrations;

/// <summary>The functions and the trigger that give curated groups the names of their folders in WebDAV.</summary>
internal static class WebDavFunctions
{
    /// <summary>
    /// A name follows its group's title. It is unique among the groups outside the trash with the same parent; a number or the end of the group's id is added if
    /// another group has it. The lock of the slugs makes assignments wait for each other. The encoding matches <c>FolderName</c>.
    /// </summary>
    internal const string FolderNames =
        """
        CREATE FUNCTION folder_name_from(title text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            name text := regexp_replace(title, '%(?=[0-9A-Fa-f]{2})', '%25', 'g');
            forbidden text;
        BEGIN
            FOREACH forbidden IN ARRAY ARRAY['"', '*', '/', ':', '<', '>', '?', '\', '|'] LOOP
                name := replace(name, forbidden, '%' || upper(to_hex(ascii(forbidden))));
            END LOOP;
            IF name ~ '[\u0001-\u001F\u007F]' THEN
                FOR code IN 1..31 LOOP
                    name := replace(name, chr(code), '%' || lpad(upper(to_hex(code)), 2, '0'));
                END LOOP;
                name := replace(name, chr(127), '%7F');
            END IF;
            RETURN regexp_replace(name, '\.$', '%2E');
        END $$;

        CREATE FUNCTION is_folder_name_taken(wanted text, group_id uuid, below uuid) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            IF below IS NULL THEN
                RETURN EXISTS (
                    SELECT FROM groups
                    WHERE folder_name = wanted AND parent_id IS NULL AND id <> group_id AND deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL);
            END IF;
            RETURN EXISTS (
                SELECT FROM groups
                WHERE folder_name = wanted AND parent_id = below AND id <> group_id AND deleted_at IS NULL AND owner_id IS NULL AND inbox_of IS NULL);
        END $$;

        CREATE FUNCTION assign_folder_name() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted text;
        BEGIN
            IF NEW.deleted_at IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.folder_name IS NOT NULL AND NEW.folder_name = OLD.folder_name
                AND NEW.title = OLD.title AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND OLD.deleted_at IS NULL THEN
                RETURN NEW;
            END IF;
            PERFORM pg_advisory_xact_lock(5683347464);
            wanted := folder_name_from(NEW.title);
            NEW.folder_name := wanted;
            FOR number IN 2..50 LOOP
                IF NOT is_folder_name_taken(NEW.folder_name, NEW.id, NEW.parent_id) THEN
                    RETURN NEW;
                END IF;
                NEW.folder_name := wanted || ' (' || number || ')';
            END LOOP;
            NEW.folder_name := wanted || ' (' || right(NEW.id::text, 12) || ')';
            RETURN NEW;
        END $$;

        CREATE TRIGGER assign_folder_name BEFORE INSERT OR UPDATE ON groups
            FOR EACH ROW WHEN (NEW.owner_id IS NULL AND NEW.inbox_of IS NULL) EXECUTE FUNCTION assign_folder_name();

        UPDATE groups SET folder_name = NULL WHERE owner_id IS NULL AND inbox_of IS NULL AND deleted_at IS NULL;
        """;

    /// <summary>
    /// A group that gets another parent keeps its folder name, including a number, if the name is free there. Clients that moved a folder then find it at the
    /// requested address.
    /// </summary>
    internal const string AssignmentThatKeepsNamesOfMovedFolders =
        """
        CREATE OR REPLACE FUNCTION assign_folder_name() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted text;
        BEGIN
            IF NEW.deleted_at IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.folder_name IS NOT NULL AND NEW.folder_name = OLD.folder_name
                AND NEW.title = OLD.title AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND OLD.deleted_at IS NULL THEN
                RETURN NEW;
            END IF;
            PERFORM pg_advisory_xact_lock(5683347464);
            wanted := folder_name_from(NEW.title);
            IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL AND NEW.title = OLD.title AND NEW.folder_name = OLD.folder_name
                AND NOT is_folder_name_taken(NEW.folder_name, NEW.id, NEW.parent_id) THEN
                RETURN NEW;
            END IF;
            NEW.folder_name := wanted;
            FOR number IN 2..50 LOOP
                IF NOT is_folder_name_taken(NEW.folder_name, NEW.id, NEW.parent_id) THEN
                    RETURN NEW;
                END IF;
                NEW.folder_name := wanted || ' (' || number || ')';
            END LOOP;
            NEW.folder_name := wanted || ' (' || right(NEW.id::text, 12) || ')';
            RETURN NEW;
        END $$;
        """;

    /// <summary>A group that gets another parent gets a new folder name from its title.</summary>
    internal const string AssignmentByTitle =
        """
        CREATE OR REPLACE FUNCTION assign_folder_name() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted text;
        BEGIN
            IF NEW.deleted_at IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.folder_name IS NOT NULL AND NEW.folder_name = OLD.folder_name
                AND NEW.title = OLD.title AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id AND OLD.deleted_at IS NULL THEN
                RETURN NEW;
            END IF;
            PERFORM pg_advisory_xact_lock(5683347464);
            wanted := folder_name_from(NEW.title);
            NEW.folder_name := wanted;
            FOR number IN 2..50 LOOP
                IF NOT is_folder_name_taken(NEW.folder_name, NEW.id, NEW.parent_id) THEN
                    RETURN NEW;
                END IF;
                NEW.folder_name := wanted || ' (' || number || ')';
            END LOOP;
            NEW.folder_name := wanted || ' (' || right(NEW.id::text, 12) || ')';
            RETURN NEW;
        END $$;
        """;

    /// <summary>Removes the functions and the trigger.</summary>
    internal const string WithoutFolderNames =
        """
        DROP TRIGGER assign_folder_name ON groups;
        DROP FUNCTION assign_folder_name();
        DROP FUNCTION is_folder_name_taken(text, uuid, uuid);
        DROP FUNCTION folder_name_from(text);
        """;
}
