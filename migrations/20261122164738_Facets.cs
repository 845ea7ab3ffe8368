using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace ImageHub.Migrations
{
    /// <inheritdoc />
    public partial class Facets : Migration
    {
        // By how much a statement changes the counts: +1 for each tag and the month of an image as it is now, -1 as it was.
        private const string Count =
            """
            CREATE FUNCTION count_facets() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
                    SELECT facet.kind, facet.value, sum(is_published::int), sum((owner_id IS NULL)::int), count(*)
                    FROM new_rows CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
                    WHERE deleted_at IS NULL
                    GROUP BY facet.kind, facet.value;
                ELSIF TG_OP = 'DELETE' THEN
                    INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
                    SELECT facet.kind, facet.value, -sum(is_published::int), -sum((owner_id IS NULL)::int), -count(*)
                    FROM old_rows CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
                    WHERE deleted_at IS NULL
                    GROUP BY facet.kind, facet.value;
                ELSE
                    INSERT INTO facet_changes (kind, value, public_count, curated_count, live_count)
                    SELECT facet.kind, facet.value, sum(sign * is_published::int), sum(sign * (owner_id IS NULL)::int), sum(sign)
                    FROM (
                        SELECT -1 AS sign, tags, taken_or_created_at, is_published, owner_id FROM old_rows WHERE deleted_at IS NULL
                        UNION ALL
                        SELECT 1, tags, taken_or_created_at, is_published, owner_id FROM new_rows WHERE deleted_at IS NULL
                    ) AS image CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
                    GROUP BY facet.kind, facet.value
                    HAVING sum(sign * is_published::int) <> 0 OR sum(sign * (owner_id IS NULL)::int) <> 0 OR sum(sign) <> 0;
                END IF;
                RETURN NULL;
            END $$;

            CREATE TRIGGER count_inserted AFTER INSERT ON images REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_facets();
            CREATE TRIGGER count_updated AFTER UPDATE ON images REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_facets();
            CREATE TRIGGER count_deleted AFTER DELETE ON images REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_facets();
            """;

        // FacetKind.Tag is 0, FacetKind.Month 1. In SQL, so that it is inlined.
        private const string FacetsOf =
            """
            CREATE FUNCTION facets_of(tags text[], taken timestamp) RETURNS TABLE (kind int, value text) LANGUAGE sql STABLE AS $$
                SELECT 0, unnest(tags) UNION ALL SELECT 1, to_char(taken, 'YYYY-MM')
            $$;
            """;

        // After the triggers, which nothing passes until this is committed: each image is counted once.
        private const string CountEarlier =
            """
            INSERT INTO facet_counts (kind, value, public_count, curated_count, live_count)
            SELECT facet.kind, facet.value, sum(is_published::int), sum((owner_id IS NULL)::int), count(*)
            FROM images CROSS JOIN LATERAL facets_of(tags, taken_or_created_at) AS facet
            WHERE deleted_at IS NULL
            GROUP BY facet.kind, facet.value;
            """;

        private const string Uncount =
            """
            DROP TRIGGER count_inserted ON images;
            DROP TRIGGER count_updated ON images;
            DROP TRIGGER count_deleted ON images;
            DROP FUNCTION count_facets;
            DROP FUNCTION facets_of;
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "facet_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    public_count = table.Column<int>(type: "integer", nullable: false),
                    curated_count = table.Column<int>(type: "integer", nullable: false),
                    live_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facet_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "facet_counts",
                columns: table => new
                {
                    kind = table.Column<int>(type: "integer", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    public_count = table.Column<int>(type: "integer", nullable: false),
                    curated_count = table.Column<int>(type: "integer", nullable: false),
                    live_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_facet_counts", x => new { x.kind, x.value });
                });

            migrationBuilder.CreateIndex(
                name: "ix_images_camera",
                table: "images",
                column: "camera",
                filter: "camera IS NOT NULL")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_curated",
                table: "facet_counts",
                columns: new[] { "kind", "curated_count", "value" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_live",
                table: "facet_counts",
                columns: new[] { "kind", "live_count", "value" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_public",
                table: "facet_counts",
                columns: new[] { "kind", "public_count", "value" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_facet_counts_search",
                table: "facet_counts",
                column: "value")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.Sql(FacetsOf);
            migrationBuilder.Sql(Count);
            migrationBuilder.Sql(CountEarlier);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Uncount);

            migrationBuilder.DropTable(
                name: "facet_changes");

            migrationBuilder.DropTable(
                name: "facet_counts");

            migrationBuilder.DropIndex(
                name: "ix_images_camera",
                table: "images");
        }
    }
}
