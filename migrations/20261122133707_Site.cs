using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Site : Migration
    {
        // As what visitors see of groups and images is announced (migration AnnouncedChanges).
        private const string Announce =
            """
            CREATE FUNCTION announce_site() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM announce_changes('{site}');
                RETURN NULL;
            END $$;

            CREATE TRIGGER announce_changed AFTER INSERT OR UPDATE OR DELETE ON site_profiles FOR EACH STATEMENT EXECUTE FUNCTION announce_site();
            """;

        private const string Unannounce =
            """
            DROP TRIGGER announce_changed ON site_profiles;
            DROP FUNCTION announce_site;
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "site_profiles",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    introduction = table.Column<string>(type: "text", nullable: true),
                    photographer = table.Column<string>(type: "text", nullable: true),
                    accent = table.Column<string>(type: "text", nullable: true),
                    footer_labels = table.Column<string[]>(type: "text[]", nullable: false),
                    footer_urls = table.Column<string[]>(type: "text[]", nullable: false),
                    logo_image_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_site_profiles", x => x.id);
                    table.CheckConstraint("ck_site_profiles_only", "id = 1");
                });

            migrationBuilder.InsertData(
                table: "site_profiles",
                columns: new[] { "id", "accent", "footer_labels", "footer_urls", "introduction", "logo_image_id", "photographer", "title" },
                values: new object[] { 1, null, new string[0], new string[0], null, null, null, null });

            migrationBuilder.Sql(Announce);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Unannounce);

            migrationBuilder.DropTable(
                name: "site_profiles");
        }
    }
}
