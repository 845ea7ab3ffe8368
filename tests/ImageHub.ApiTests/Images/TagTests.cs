using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Tags;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Images;

/// <summary>Tags and months, and their numbers of images.</summary>
public sealed class TagTests(PostgresServer postgres) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private int seed;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(postgres);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Callers_get_the_tags_of_the_images_they_can_list_with_the_most_used_first()
    {
        var (open, hidden) = (await server.Admin.CreateGroupAsync(), await server.Admin.CreateGroupAsync(isPublished: false));
        await AddAsync(open, "sea", "boat");
        await AddAsync(open, "sea", "Über");
        await AddAsync(hidden, "sea", "secret");
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var own = (await ada.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: ++seed))).JsonAsync(HttpStatusCode.Created)).Id();
        await TagAsync(own, "private");
        using var reader = server.NewClient();
        reader.DefaultRequestHeaders.Add("X-API-Key", await server.Admin.CreateKeyAsync("read"));

        (await TagsAsync(server.Visitor)).ShouldBe(["sea 2", "boat 1", "Über 1"]);
        (await TagsAsync(ada)).ShouldBe(["sea 2", "boat 1", "Über 1"]);
        (await TagsAsync(reader)).ShouldBe(["sea 3", "boat 1", "secret 1", "Über 1"]);
        (await TagsAsync(server.Admin)).ShouldBe(["sea 3", "boat 1", "private 1", "secret 1", "Über 1"]);
        (await TagsAsync(server.Admin, "?withUsersImages=false")).ShouldBe(["sea 3", "boat 1", "secret 1", "Über 1"]);
        (await server.Admin.GetAsync("/api/v1/images?withUsersImages=false&tag=private").JsonAsync()).Items().ShouldBeEmpty();
        (await server.Admin.GetAsync("/api/v1/images?withUsersImages=false&tag=secret").JsonAsync()).Items().ShouldHaveSingleItem();
        foreach (var client in (HttpClient[])[server.Visitor, ada, reader, server.Admin])
        {
            foreach (var tag in (await client.GetAsync("/api/v1/tags").JsonAsync()).Items())
            {
                (await client.GetAsync($"/api/v1/images?tag={Uri.EscapeDataString(tag.Text("tag")!)}").JsonAsync()).GetProperty("totalItems").GetInt32()
                    .ShouldBe(tag.GetProperty("count").GetInt32(), tag.ToString());
            }
        }

        (await TagsAsync(server.Visitor, "?q=EA")).ShouldBe(["sea 2"]);
        (await TagsAsync(server.Visitor, "?q=%C3%BC")).ShouldBe(["Über 1"]);
        (await TagsAsync(server.Visitor, "?q=%25")).ShouldBeEmpty();
        await server.Visitor.GetAsync($"/api/v1/tags?q={new string('x', 201)}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task Tag_counts_follow_when_images_are_retagged_hidden_trashed_restored_moved_or_purged()
    {
        var (first, second) = (await server.Admin.CreateGroupAsync("First"), await server.Admin.CreateGroupAsync("Second", isPublished: false));
        var (a, b) = (await AddAsync(first, "sea", "boat"), await AddAsync(first, "sea"));
        (await TagsAsync(server.Visitor)).ShouldBe(["sea 2", "boat 1"]);

        await TagAsync(a, "boat", "dawn");
        await server.Admin.DeleteAsync($"/api/v1/images/{b}").StatusAsync(HttpStatusCode.NoContent);
        (await TagsAsync(server.Visitor)).ShouldBe(["boat 1", "dawn 1"]);
        (await TagsAsync(server.Admin)).ShouldBe(["boat 1", "dawn 1"]);

        // The result is the same before and after the job adds up the counts.
        await AddUpAsync();
        (await TagsAsync(server.Admin)).ShouldBe(["boat 1", "dawn 1"]);
        (await server.SqlAsync("SELECT count(*) FROM facet_changes")).ShouldBe(0L);

        await server.Admin.PostAsync($"/api/v1/images/{b}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{a}", new { groupId = second }).StatusAsync(HttpStatusCode.OK);
        (await TagsAsync(server.Visitor)).ShouldBe(["sea 1"]);
        (await TagsAsync(server.Admin)).ShouldBe(["boat 1", "dawn 1", "sea 1"]);

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{second}", new { isPublished = true }).StatusAsync(HttpStatusCode.OK);
        (await TagsAsync(server.Visitor)).ShouldBe(["boat 1", "dawn 1", "sea 1"]);
        await server.Admin.DeleteAsync($"/api/v1/groups/{second}").StatusAsync(HttpStatusCode.NoContent);
        (await TagsAsync(server.Visitor)).ShouldBe(["sea 1"]);
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        await AddUpAsync();
        (await TagsAsync(server.Admin)).ShouldBe(["sea 1"]);
        (await server.SqlAsync("SELECT count(*) FROM facet_counts WHERE kind = 0")).ShouldBe(1L);
    }

    [Fact]
    public async Task An_answer_has_the_hundred_most_used_tags_before_and_after_the_counts_are_summed()
    {
        var group = await server.Admin.CreateGroupAsync();
        var images = new List<Guid>();
        for (var number = 0; number < 5; number++)
        {
            images.Add(await AddAsync(group, [.. Enumerable.Range(0, 50).Select(tag => string.Create(CultureInfo.InvariantCulture, $"{number}-{tag:00}"))]));
        }

        await AddUpAsync();
        await TagAsync(images[4], "0-49", "4-00");
        await TagAsync(images[3], "0-49");

        var tags = await TagsAsync(server.Admin);
        tags.Count.ShouldBe(100);
        tags[0].ShouldBe("0-49 3");
        tags.ShouldBe(
            [
                "0-49 3",
                .. Enumerable.Range(0, 49).Select(tag => string.Create(CultureInfo.InvariantCulture, $"0-{tag:00} 1")),
                .. Enumerable.Range(0, 50).Select(tag => string.Create(CultureInfo.InvariantCulture, $"1-{tag:00} 1")),
            ]);
        await AddUpAsync();
        (await TagsAsync(server.Admin)).ShouldBe(tags);
    }

    [Fact]
    public async Task Tag_counts_stay_exact_while_images_change_in_parallel_and_the_counts_are_summed()
    {
        var groups = new[] { await server.Admin.CreateGroupAsync(), await server.Admin.CreateGroupAsync() };
        var images = new List<Guid>();
        foreach (var group in groups)
        {
            images.AddRange([await AddAsync(group, "a"), await AddAsync(group, "b"), await AddAsync(group, "a", "b")]);
        }

        using var done = new CancellationTokenSource();
        var adding = Enumerable.Range(0, 2).Select(async _ =>
        {
            while (!done.IsCancellationRequested)
            {
                await AddUpAsync();
            }
        }).ToList();
        await Task.WhenAll(images.SelectMany((image, number) => new[]
        {
            ChangeAsync(image, number, ["a", "b", "c"]),
            ChangeAsync(image, number + 1, ["c", "b"]),
            server.Admin.DeleteAsync($"/api/v1/images/{image}"),
            server.Admin.PostAsync($"/api/v1/images/{image}/restore", null),
            server.Admin.PatchAsJsonAsync($"/api/v1/groups/{groups[number % 2]}", new { isPublished = number > 2 }),
        }));
        await done.CancelAsync();
        await Task.WhenAll(adding);

        (await CountedAsync()).ShouldBe(await TrueCountsAsync());
        await Task.WhenAll(groups.Select(group => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = true })));
        await AddUpAsync();
        await Task.WhenAll(images.Select((image, number) => ChangeAsync(image, number, ["a", "d", "e"])));
        await AddUpAsync();
        (await CountedAsync()).ShouldBe(await TrueCountsAsync());

        async Task ChangeAsync(Guid image, int number, string[] tags) =>
            (await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { tags = tags.Skip(number % tags.Length) })).Dispose();

        async Task<string?> CountedAsync() => (string?)await server.SqlAsync(
            """
            SELECT coalesce(string_agg(concat_ws(' ', kind, value, open, curated, live), ', ' ORDER BY kind, value), '')
            FROM (
                SELECT kind, value, sum(public_count) AS open, sum(curated_count) AS curated, sum(live_count) AS live
                FROM (SELECT kind, value, public_count, curated_count, live_count FROM facet_counts UNION ALL SELECT kind, value, public_count, curated_count, live_count FROM facet_changes) AS kept
                GROUP BY kind, value
                HAVING sum(live_count) > 0
            ) AS summed
            """);

        async Task<string?> TrueCountsAsync() => (string?)await server.SqlAsync(
            """
            SELECT coalesce(string_agg(concat_ws(' ', kind, value, open, curated, live), ', ' ORDER BY kind, value), '')
            FROM (
                SELECT kind, value, count(*) FILTER (WHERE is_published) AS open, count(*) FILTER (WHERE owner_id IS NULL) AS curated, count(*) AS live
                FROM images CROSS JOIN LATERAL (SELECT 0 AS kind, unnest(tags) AS value UNION ALL SELECT 1, to_char(taken_or_created_at, 'YYYY-MM')) AS facet
                WHERE deleted_at IS NULL
                GROUP BY kind, value
            ) AS counted
            """);
    }

    [Fact]
    public async Task Months_follow_the_cameras_time_and_link_to_their_images()
    {
        var (open, hidden) = (await server.Admin.CreateGroupAsync(), await server.Admin.CreateGroupAsync(isPublished: false));
        await TakeAsync(open, "2026-07-31T23:59:59");
        await TakeAsync(open, "2026-07-01T00:00:00");
        await TakeAsync(open, "2019-12-31T12:00:00");
        await TakeAsync(hidden, "2026-08-01T00:00:00");

        (await MonthsAsync(server.Visitor)).ShouldBe(["2026-07 2", "2019-12 1"]);
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var own = (await ada.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: ++seed))).JsonAsync(HttpStatusCode.Created)).Id();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{own}", new { takenAt = "2026-09-01T00:00:00" }).StatusAsync(HttpStatusCode.OK);
        (await MonthsAsync(server.Admin)).ShouldBe(["2026-09 1", "2026-08 1", "2026-07 2", "2019-12 1"]);
        (await MonthsAsync(server.Admin, "?withUsersImages=false")).ShouldBe(["2026-08 1", "2026-07 2", "2019-12 1"]);
        (await NamesAsync("takenFrom=2026-07-01&takenTo=2026-08-01")).ShouldBe(["2026-07-31T23:59:59.jpg", "2026-07-01T00:00:00.jpg"], ignoreOrder: false);
        (await server.Visitor.GetAsync("/api/v1/images?sort=takenAt").JsonAsync()).Items().Select(image => image.Text("day")).ShouldBe(["2019-12-31", "2026-07-01", "2026-07-31"]);
        (await server.Visitor.GetAsync("/api/v1/images").JsonAsync()).Items().Count(image => image.EnumerateObject().Any(field => field.Name == "day")).ShouldBe(0);
        (await NamesAsync("takenTo=2026-07-31")).ShouldBe(["2026-07-01T00:00:00.jpg", "2019-12-31T12:00:00.jpg"]);
        (await NamesAsync("takenTo=2026-07-01")).ShouldBe(["2019-12-31T12:00:00.jpg"]);
        (await NamesAsync("takenFrom=2026-07-31")).ShouldBe(["2026-07-31T23:59:59.jpg"]);
        await server.Visitor.GetAsync("/api/v1/images?takenFrom=2026-07").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Visitor.GetAsync("/api/v1/images?takenFrom=2026-07-02&takenTo=2026-07-02").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        async Task<IEnumerable<string?>> NamesAsync(string filter) =>
            (await server.Visitor.GetAsync($"/api/v1/images?sort=-takenAt&cursor=&{filter}").JsonAsync()).Items().Select(image => image.Text("fileName")!.Replace('_', ':'));

        static async Task<IEnumerable<string>> MonthsAsync(HttpClient client, string query = "") => (await client.GetAsync($"/api/v1/images/months{query}").JsonAsync()).Items()
            .Select(month => string.Create(CultureInfo.InvariantCulture, $"{month.Text("month")} {month.GetProperty("count").GetInt32()}"));
    }

    [Fact]
    public async Task A_group_tells_visitors_and_guests_when_its_images_were_taken()
    {
        var group = await server.Admin.CreateGroupAsync();
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created);
        string[] paths = [$"/api/v1/groups/{group}", "/api/v1" + link.Text("url")];
        await AddAsync(group);
        await ShouldBeAsync(null, null);
        await TakeAsync(group, "2026-07-03T00:00:01");
        await TakeAsync(group, "2026-07-01T23:59:59");
        var last = await TakeAsync(group, "2026-08-01T00:00:00");
        await ShouldBeAsync("2026-07-01", "2026-08-01");

        await server.Admin.DeleteAsync($"/api/v1/images/{last}").StatusAsync(HttpStatusCode.NoContent);

        await ShouldBeAsync("2026-07-01", "2026-07-03");

        async Task ShouldBeAsync(string? first, string? last)
        {
            foreach (var path in paths)
            {
                var answer = await server.Visitor.GetAsync(path).JsonAsync();
                (Text(answer, "takenFrom"), Text(answer, "takenTo")).ShouldBe((first, last), path);
            }
        }

        static string? Text(JsonElement answer, string name) => answer.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Fact]
    public async Task An_image_is_found_by_its_camera_in_any_case()
    {
        var group = await server.Admin.CreateGroupAsync();
        var image = await AddAsync(group);
        await AddAsync(group, "canon");
        await server.SqlAsync($"UPDATE images SET camera = 'Nikon D850' WHERE id = '{image}'");

        (await server.Visitor.GetAsync("/api/v1/images?q=nikon d8").JsonAsync()).Items().Select(found => found.Id()).ShouldBe([image]);
        (await server.Visitor.GetAsync("/api/v1/images?q=d%25").JsonAsync()).Items().ShouldBeEmpty();
    }

    private async Task<Guid> AddAsync(Guid group, params string[] tags)
    {
        var image = await server.Admin.AddImageAsync(group, $"{++seed}.jpg", TestImages.Jpeg(64, 48, seed));
        await TagAsync(image, tags);
        return image;
    }

    private async Task<Guid> TakeAsync(Guid group, string time)
    {
        var image = await server.Admin.AddImageAsync(group, $"{time}.jpg", TestImages.Jpeg(64, 48, ++seed));
        await server.SqlAsync($"UPDATE images SET taken_at = '{time}', taken_or_created_at = '{time}' WHERE id = '{image}'");
        return image;
    }

    private Task TagAsync(Guid image, params string[] tags) => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { tags }).StatusAsync(HttpStatusCode.OK);

    private async Task AddUpAsync()
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AddUpFacets());
    }

    private static async Task<IReadOnlyList<string>> TagsAsync(HttpClient client, string query = "") => [.. (await client.GetAsync($"/api/v1/tags{query}").JsonAsync()).Items()
        .Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Text("tag")} {tag.GetProperty("count").GetInt32()}"))];
}
