using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Groups;

/// <summary>Slugs of groups: the names in the addresses of their pages.</summary>
public sealed class SlugTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("Der Hafen im Winter", "der-hafen-im-winter")]
    [InlineData("  Größe & Übermut: Ærø, Łódź!  ", "grosse-ubermut-aero-lodz")]
    [InlineData("Ada’s boats", "adas-boats")]
    [InlineData("Me\u0301lange", "melange")]
    [InlineData("東京 2026", "2026")]
    [InlineData("01980F3A-7c1e-7a52-9d35-2f4b8c6d7e8", "01980f3a-7c1e-7a52-9d35-2f4b8c6d7e8")]
    public async Task A_slug_is_made_of_the_title(string title, string slug) => (await CreateAsync(title)).Text("slug").ShouldBe(slug);

    [Theory]
    [InlineData("ميناء")]
    [InlineData("東京の港")]
    [InlineData("!?")]
    [InlineData("01980F3A-7c1e-7a52-9d35-2f4b8c6d7e80")]
    public async Task A_title_without_latin_letters_or_like_an_id_gives_a_slug_with_the_end_of_the_groups_id(string title)
    {
        var group = await CreateAsync(title);

        group.Text("slug").ShouldBe($"group-{group.Id().ToString()[^8..]}");
    }

    [Fact]
    public async Task A_free_slug_is_found_by_an_index_among_many_groups()
    {
        await CreateAsync("One");

        var scans = await server.SqlAsync(
            """
            BEGIN;
            SET LOCAL session_replication_role = replica;
            INSERT INTO groups SELECT copied.* FROM groups AS made, generate_series(1, 5000) AS number,
                LATERAL jsonb_populate_record(made, jsonb_build_object('id', gen_random_uuid(), 'slug', 'many-' || number, 'folder_name', 'many-' || number, 'position', made.position + number)) AS copied
                WHERE made.id = (SELECT id FROM groups LIMIT 1);
            ANALYZE groups;
            DO $$
            DECLARE
                earlier bigint := (SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'groups');
            BEGIN
                PERFORM free_slug('many-77', gen_random_uuid());
                CREATE TEMP TABLE scans ON COMMIT DROP AS SELECT seq_scan - earlier AS number FROM pg_stat_xact_user_tables WHERE relname = 'groups';
            END $$;
            SELECT number FROM scans;
            ROLLBACK
            """);

        scans.ShouldBe(0L);
    }

    [Fact]
    public async Task A_long_title_gives_a_slug_of_at_most_80_characters_also_with_a_number()
    {
        var title = string.Concat(Enumerable.Repeat("harbour ", 20)).Trim();

        var first = (await CreateAsync(title)).Text("slug")!;
        var second = (await CreateAsync(title)).Text("slug")!;

        first.ShouldBe("harbour-harbour-harbour-harbour-harbour-harbour-harbour-harbour-harbour-harbour");
        first.Length.ShouldBeLessThanOrEqualTo(80);
        second.ShouldEndWith("-2");
        second.Length.ShouldBeLessThanOrEqualTo(80);
    }

    [Fact]
    public async Task Groups_with_the_same_title_are_numbered_and_each_answer_has_the_slug()
    {
        Guid[] ids = [(await CreateAsync("Twins")).Id(), (await CreateAsync("Twins!")).Id(), (await CreateAsync("twins")).Id()];

        foreach (var (id, slug) in ids.Zip(["twins", "twins-2", "twins-3"]))
        {
            (await ReadAsync(id)).Text("slug").ShouldBe(slug);
        }

        (await server.Admin.GetAsync("/api/v1/groups?q=twins").JsonAsync()).Items().Select(group => group.Text("slug")).ShouldBe(["twins-3", "twins-2", "twins"]);
    }

    [Fact]
    public async Task Groups_created_at_the_same_time_get_different_slugs()
    {
        var groups = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync("Crowd")));

        groups.Select(group => group.Text("slug")).Order().ShouldBe(["crowd", "crowd-2", "crowd-3", "crowd-4", "crowd-5", "crowd-6", "crowd-7", "crowd-8"]);
    }

    [Fact]
    public async Task A_slug_follows_the_title_until_an_admin_sets_it_and_again_after_null()
    {
        var id = (await CreateAsync("Follow")).Id();
        (await PatchAsync(id, new { title = "Followed" }).JsonAsync()).Text("slug").ShouldBe("followed");
        (await PatchAsync(id, new { slug = "mine" }).JsonAsync()).Text("slug").ShouldBe("mine");
        (await PatchAsync(id, new { title = "Other" }).JsonAsync()).Text("slug").ShouldBe("mine");
        (await PatchAsync(id, new { slug = (string?)null }).JsonAsync()).Text("slug").ShouldBe("other");
        (await PatchAsync(id, new { title = "Last", slug = "first" }).JsonAsync()).Text("slug").ShouldBe("first");
        (await PatchAsync(id, new { title = "Last of all", slug = (string?)null }).JsonAsync()).Text("slug").ShouldBe("last-of-all");

        // The slug that the group already has can be set as well.
        (await PatchAsync(id, new { slug = "last-of-all" }).JsonAsync()).Text("slug").ShouldBe("last-of-all");
        (await PatchAsync(id, new { title = "Elsewhere" }).JsonAsync()).Text("slug").ShouldBe("last-of-all");
    }

    [Fact]
    public async Task A_patch_with_the_same_slug_does_not_count_as_a_change()
    {
        var group = await CreateAsync("Unmoved");
        var moved = await PatchAsync(group.Id(), new { slug = "moved" }).JsonAsync();
        moved.Text("updatedAt").ShouldNotBe(group.Text("updatedAt"));

        (await PatchAsync(group.Id(), new { slug = "moved", title = "Unmoved" }).JsonAsync()).Text("updatedAt").ShouldBe(moved.Text("updatedAt"));
        (await PatchAsync(group.Id(), new { }).JsonAsync()).Text("updatedAt").ShouldBe(moved.Text("updatedAt"));
        var other = await CreateAsync("Unmoved other");
        (await PatchAsync(other.Id(), new { slug = (string?)null }).JsonAsync()).Text("updatedAt").ShouldBe(other.Text("updatedAt"));
        (await PatchAsync(other.Id(), new { slug = "unmoved-other" }).JsonAsync()).Text("updatedAt").ShouldBe(other.Text("updatedAt"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Harbour")]
    [InlineData("two words")]
    [InlineData("größe")]
    [InlineData("a/b")]
    [InlineData("01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80")]
    [InlineData("123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-x")]
    public async Task An_invalid_slug_is_refused_with_its_value_and_the_allowed_values(string slug)
    {
        var group = await CreateAsync("Strict");

        await RefusedAsync(PatchAsync(group.Id(), new { slug }));
        (await ReadAsync(group.Id())).Text("slug").ShouldBe(group.Text("slug"));
        if (slug != "")
        {
            await RefusedAsync(server.Visitor.GetAsync($"/api/v1/groups?slug={Uri.EscapeDataString(slug)}"));
            await RefusedAsync(server.Visitor.GetAsync($"/api/v1/groups?cursor=&slug={Uri.EscapeDataString(slug)}"));
        }

        async Task RefusedAsync(Task<HttpResponseMessage> answering)
        {
            var errors = (await answering.ProblemAsync(HttpStatusCode.BadRequest, "validationFailed")).GetProperty("errors");
            errors.EnumerateObject().Select(error => error.Name).ShouldBe(["slug"]);
            var text = errors.GetProperty("slug")[0].GetString()!;
            text.ShouldContain($"'{slug[..Math.Min(slug.Length, 80)]}'");
            text.ShouldContain("1 to 80 characters a–z, 0–9 and - are allowed");
        }
    }

    [Fact]
    public async Task The_slug_of_another_group_is_refused()
    {
        var first = await CreateAsync("Taken");
        var second = await CreateAsync("Late");

        var problem = await PatchAsync(second.Id(), new { slug = "taken", title = "Changed" }).ProblemAsync(HttpStatusCode.Conflict, "duplicateSlug");

        problem.Id("existingId").ShouldBe(first.Id());
        problem.Text("detail")!.ShouldContain("'taken'");
        (await ReadAsync(second.Id())).Text("title").ShouldBe("Late");

        // A group in the trash does not occupy its slug.
        await server.Admin.DeleteAsync($"/api/v1/groups/{first.Id()}").StatusAsync(HttpStatusCode.NoContent);
        (await PatchAsync(second.Id(), new { slug = "taken" }).JsonAsync()).Text("slug").ShouldBe("taken");
    }

    [Fact]
    public async Task Of_requests_that_set_the_same_slug_at_the_same_time_one_succeeds()
    {
        for (var round = 0; round < 5; round++)
        {
            var groups = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CreateAsync("Racer")));
            var answers = await Task.WhenAll(groups.Select(group => PatchAsync(group.Id(), new { slug = $"goal-{round}" })));

            answers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict]);
            foreach (var answer in answers.Where(answer => answer.StatusCode == HttpStatusCode.Conflict))
            {
                await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Conflict, "duplicateSlug");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restored_group_whose_slug_is_taken_gets_a_number(bool hasOwnSlug)
    {
        var name = $"back-{hasOwnSlug}".ToLowerInvariant();
        var id = (await CreateAsync(hasOwnSlug ? "Something" : name)).Id();
        if (hasOwnSlug)
        {
            await PatchAsync(id, new { slug = name }).StatusAsync(HttpStatusCode.OK);
        }

        await server.Admin.DeleteAsync($"/api/v1/groups/{id}").StatusAsync(HttpStatusCode.NoContent);
        (await CreateAsync(name)).Text("slug").ShouldBe(name);

        await server.Admin.PostAsync($"/api/v1/groups/{id}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        (await ReadAsync(id)).Text("slug").ShouldBe($"{name}-2");
    }

    [Fact]
    public async Task A_group_is_found_by_its_current_slug_by_callers_who_may_see_it()
    {
        var empty = (await CreateAsync("Found empty")).Id();
        var id = (await CreateAsync("Found")).Id();
        await server.Admin.AddImageAsync(id, "a.jpg", TestImages.Jpeg(64, 48, seed: 7_301));
        var hidden = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Found hidden", isPublished = false }).JsonAsync(HttpStatusCode.Created)).Id();

        await ShouldBeAsync(server.Visitor, "found", id);
        await ShouldBeAsync(server.Visitor, "found-empty", empty);
        await ShouldBeAsync(server.Visitor, "found-hidden", null);
        await ShouldBeAsync(server.Admin, "found-hidden", hidden);
        await ShouldBeAsync(server.Visitor, "foun", null);

        // Answers to visitors are cached; each change invalidates them.
        await PatchAsync(id, new { slug = "refound" }).StatusAsync(HttpStatusCode.OK);
        await ShouldBeAsync(server.Visitor, "found", null);
        await ShouldBeAsync(server.Visitor, "refound", id);
        await PatchAsync(hidden, new { isPublished = true }).StatusAsync(HttpStatusCode.OK);
        await ShouldBeAsync(server.Visitor, "found-hidden", hidden);
        await server.Admin.DeleteAsync($"/api/v1/groups/{hidden}").StatusAsync(HttpStatusCode.NoContent);
        await ShouldBeAsync(server.Visitor, "found-hidden", null);

        static async Task ShouldBeAsync(HttpClient client, string slug, Guid? expected)
        {
            foreach (var form in (string[])["", "&cursor=", "&page=1&pageSize=5"])
            {
                var list = await client.GetAsync($"/api/v1/groups?slug={slug}{form}").JsonAsync();
                list.Items().Select(item => (Guid?)item.Id()).ShouldBe(expected is null ? [] : [expected], $"{slug}{form}");
            }
        }
    }

    [Fact]
    public async Task A_group_found_by_its_slug_has_the_same_fields_as_one_found_by_its_id()
    {
        var id = (await CreateAsync("Complete")).Id();
        await server.Admin.AddImageAsync(id, "a.jpg", TestImages.Jpeg(64, 48, seed: 7_302));
        await server.SqlAsync($"UPDATE images SET taken_at = '2026-05-01 12:00' WHERE group_id = '{id}'");

        var found = (await server.Visitor.GetAsync("/api/v1/groups?slug=complete").JsonAsync()).Items().ShouldHaveSingleItem();

        found.Text("takenFrom").ShouldBe("2026-05-01");
        found.ToString().ShouldBe((await server.Visitor.GetAsync($"/api/v1/groups/{id}").JsonAsync()).ToString());
    }

    private async Task<JsonElement> CreateAsync(string title) => await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title }).JsonAsync(HttpStatusCode.Created);

    private Task<JsonElement> ReadAsync(Guid id) => server.Admin.GetAsync($"/api/v1/groups/{id}").JsonAsync();

    private Task<HttpResponseMessage> PatchAsync(Guid id, object body) => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{id}", body);
}
