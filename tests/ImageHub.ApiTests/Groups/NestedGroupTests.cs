using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Groups;

public sealed class NestedGroupTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync();
        foreach (var group in await ListAsync("?parentId=root&pageSize=100", server.Admin))
        {
            await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        }

        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_group_in_a_group_states_the_way_to_it_and_is_listed_below_it()
    {
        var top = await server.Admin.CreateGroupAsync("Travels");
        var middle = await AddAsync("Norway", top);
        var inner = await AddAsync("Bergen", middle);
        await server.Admin.AddImageAsync(inner, "a.jpg", TestImages.Jpeg(64, 48, seed: 1));

        foreach (var caller in (HttpClient[])[server.Visitor, server.Admin])
        {
            var found = await GetAsync(inner, caller);
            found.Id("parentId").ShouldBe(middle);
            PathOf(found).ShouldBe([(top, "Travels"), (middle, "Norway")]);
            found.GetProperty("groupCount").GetInt32().ShouldBe(0);
            (await GetAsync(top, caller)).GetProperty("groupCount").GetInt32().ShouldBe(1);
            (await GetAsync(top, caller)).GetProperty("parentId").ValueKind.ShouldBe(JsonValueKind.Null);
            PathOf(await GetAsync(top, caller)).ShouldBeEmpty();
            (await ListAsync("?parentId=root", caller)).ShouldBe([top]);
            (await ListAsync($"?parentId={top}", caller)).ShouldBe([middle]);
            (await ListAsync($"?parentId={middle}&cursor=", caller)).ShouldBe([inner]);
            (await ListAsync($"?parentId={inner}", caller)).ShouldBeEmpty();
            (await ListAsync("", caller)).ShouldBe([inner, middle, top]);
            (await ListAsync("?q=berg", caller)).ShouldBe([inner]);
            var listed = (await caller.GetAsync("/api/v1/groups?q=berg").JsonAsync()).Items().Single();
            PathOf(listed).ShouldBe([(top, "Travels"), (middle, "Norway")]);
        }
    }

    [Theory]
    [InlineData("Root")]
    [InlineData("all")]
    [InlineData("{01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80}")]
    public async Task Another_parent_in_a_list_is_refused_with_what_is_allowed(string parentId)
    {
        var problem = await server.Visitor.GetAsync($"/api/v1/groups?parentId={parentId}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("parentId")[0].GetString().ShouldBe($"parentId is '{parentId}'; root or the id of a group is allowed.");
    }

    [Fact]
    public async Task An_unknown_or_trashed_group_cannot_hold_another()
    {
        var trashed = await server.Admin.CreateGroupAsync("Trashed");
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        var group = await server.Admin.CreateGroupAsync("Kept");

        foreach (var parentId in (Guid[])[Guid.NewGuid(), trashed])
        {
            var created = await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "x", parentId }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            created.GetProperty("errors").GetProperty("parentId")[0].GetString().ShouldBe($"parentId is {parentId}; there is no such group.");
            var moved = await MoveAsync(group, parentId).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            moved.GetProperty("errors").GetProperty("parentId")[0].GetString().ShouldBe($"parentId is {parentId}; there is no such group.");
        }
    }

    [Fact]
    public async Task A_group_cannot_be_moved_into_itself_or_into_a_group_below_it()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var inner = await AddAsync("Inner", await AddAsync("Middle", top));

        await MoveAsync(top, top).ProblemAsync(HttpStatusCode.Conflict, "groupCircle");
        await MoveAsync(top, inner).ProblemAsync(HttpStatusCode.Conflict, "groupCircle");

        await MoveAsync(inner, top).StatusAsync(HttpStatusCode.OK);
        PathOf(await GetAsync(inner)).ShouldBe([(top, "Top")]);
    }

    [Fact]
    public async Task Groups_have_at_most_five_levels_and_the_groups_below_count()
    {
        var levels = new List<Guid> { await server.Admin.CreateGroupAsync("1") };
        for (var level = 2; level <= 5; level++)
        {
            levels.Add(await AddAsync($"{level}", levels[^1]));
        }

        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "6", parentId = levels[4] }).ProblemAsync(HttpStatusCode.Conflict, "groupTooDeep");
        var other = await server.Admin.CreateGroupAsync("Other");
        await MoveAsync(other, levels[4]).ProblemAsync(HttpStatusCode.Conflict, "groupTooDeep");
        var below = await AddAsync("Below", other);
        await MoveAsync(other, levels[3]).ProblemAsync(HttpStatusCode.Conflict, "groupTooDeep");
        await MoveAsync(other, levels[2]).StatusAsync(HttpStatusCode.OK);
        PathOf(await GetAsync(below)).Select(above => above.Title).ShouldBe(["1", "2", "3", "Other"]);

        // The group moves back to the first level, together with the group below it.
        await MoveAsync(other, null).StatusAsync(HttpStatusCode.OK);
        PathOf(await GetAsync(other)).ShouldBeEmpty();
        PathOf(await GetAsync(below)).ShouldBe([(other, "Other")]);
    }

    [Fact]
    public async Task A_group_is_public_only_while_all_groups_above_it_are_and_cached_answers_follow_at_once()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var middle = await AddAsync("Middle", top);
        var inner = await AddAsync("Inner", middle);
        var image = await server.Admin.AddImageAsync(inner, "a.jpg", TestImages.Jpeg(64, 48, seed: 2));
        string[] addresses =
        [
            $"/api/v1/groups/{inner}", $"/api/v1/groups/{inner}/images", $"/api/v1/groups/{inner}/images/a.jpg", $"/api/v1/images/{image}",
            $"/api/v1/images/{image}/low?r=1", $"/api/v1/images/{image}/high?r=1", $"/api/v1/images/{image}/full",
        ];
        await ShouldAnswerAsync(HttpStatusCode.OK);
        (await ListAsync("")).ShouldBe([inner, middle, top]);

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        await ShouldAnswerAsync(HttpStatusCode.NotFound);
        (await ListAsync("")).ShouldBeEmpty();
        (await server.Visitor.GetAsync("/api/v1/images").JsonAsync()).Items().ShouldBeEmpty();

        // Each group keeps its own setting, which admins see and change.
        (await GetAsync(inner, server.Admin)).GetProperty("isPublished").GetBoolean().ShouldBeTrue();
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{middle}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        var late = await server.Admin.AddImageAsync(inner, "late.jpg", TestImages.Jpeg(64, 48, seed: 3));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = true }).StatusAsync(HttpStatusCode.OK);
        await ShouldAnswerAsync(HttpStatusCode.NotFound);
        (await GetAsync(inner, server.Admin)).GetProperty("isPublished").GetBoolean().ShouldBeTrue();
        (await GetAsync(middle, server.Admin)).GetProperty("isPublished").GetBoolean().ShouldBeFalse();

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{middle}", new { isPublished = true }).StatusAsync(HttpStatusCode.OK);
        await ShouldAnswerAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"/api/v1/images/{late}/low").StatusAsync(HttpStatusCode.OK);

        // A group that is moved into a hidden group becomes hidden. A new group there is hidden, too.
        var attic = await server.Admin.CreateGroupAsync("Attic", isPublished: false);
        await MoveAsync(middle, attic).StatusAsync(HttpStatusCode.OK);
        await ShouldAnswerAsync(HttpStatusCode.NotFound);
        var made = await AddAsync("Made there", attic);
        (await GetAsync(made, server.Admin)).GetProperty("isPublished").GetBoolean().ShouldBeTrue();
        await server.Visitor.GetAsync($"/api/v1/groups/{made}").StatusAsync(HttpStatusCode.NotFound);
        await MoveAsync(middle, null).StatusAsync(HttpStatusCode.OK);
        await ShouldAnswerAsync(HttpStatusCode.OK);

        async Task ShouldAnswerAsync(HttpStatusCode expected)
        {
            foreach (var address in addresses.Concat(addresses))
            {
                await server.Visitor.GetAsync(address).StatusAsync(expected);
            }
        }
    }

    [Fact]
    public async Task A_public_group_without_photos_is_listed_only_while_a_public_group_below_it_has_some()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var middle = await AddAsync("Middle", top);
        var inner = await AddAsync("Inner", middle);
        (await ListAsync("")).ShouldBeEmpty();
        (await GetAsync(top)).GetProperty("groupCount").GetInt32().ShouldBe(0);
        (await GetAsync(top, server.Admin)).GetProperty("groupCount").GetInt32().ShouldBe(1);

        var image = await server.Admin.AddImageAsync(inner, "a.jpg", TestImages.Jpeg(64, 48, seed: 4));
        (await ListAsync("")).ShouldBe([inner, middle, top]);
        (await ListAsync("?parentId=root")).ShouldBe([top]);
        (await GetAsync(top)).GetProperty("groupCount").GetInt32().ShouldBe(1);
        (await GetAsync(top)).GetProperty("cover").Id().ShouldBe(image);
        (await GetAsync(middle)).GetProperty("cover").Id().ShouldBe(image);

        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{inner}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        (await ListAsync("")).ShouldBeEmpty();
        (await GetAsync(top)).GetProperty("groupCount").GetInt32().ShouldBe(0);
        (await GetAsync(top)).GetProperty("cover").ValueKind.ShouldBe(JsonValueKind.Null);
        (await GetAsync(top, server.Admin)).GetProperty("cover").Id().ShouldBe(image);
        await server.Visitor.GetAsync($"/api/v1/groups/{middle}").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_cover_from_below_is_that_of_the_first_group_in_order_and_gives_way_to_a_photo_of_its_own()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var second = await AddAsync("Second", top);
        var first = await AddAsync("First", top);
        var shown = await server.Admin.AddImageAsync(second, "2.jpg", TestImages.Jpeg(64, 48, seed: 5));
        (await GetAsync(top)).GetProperty("cover").Id().ShouldBe(shown);

        // Cached answers about the group above follow each change below.
        shown = await server.Admin.AddImageAsync(first, "1.jpg", TestImages.Jpeg(64, 48, seed: 6));
        (await GetAsync(top)).GetProperty("cover").Id().ShouldBe(shown);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{shown}", new { title = "Changed" }).StatusAsync(HttpStatusCode.OK);
        (await GetAsync(top)).GetProperty("cover").Text("title").ShouldBe("Changed");
        var chosen = await server.Admin.AddImageAsync(first, "0.jpg", TestImages.Jpeg(64, 48, seed: 7));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{first}", new { coverImageId = chosen }).StatusAsync(HttpStatusCode.OK);
        (await GetAsync(top)).GetProperty("cover").Id().ShouldBe(chosen);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { title = "Renamed" }).StatusAsync(HttpStatusCode.OK);
        PathOf(await GetAsync(first)).ShouldBe([(top, "Renamed")]);

        var own = await server.Admin.AddImageAsync(top, "own.jpg", TestImages.Jpeg(64, 48, seed: 8));
        (await GetAsync(top)).GetProperty("cover").Id().ShouldBe(own);
    }

    [Fact]
    public async Task A_moved_group_changes_the_cached_answers_of_the_groups_that_it_leaves_and_enters()
    {
        var from = await server.Admin.CreateGroupAsync("From");
        var to = await server.Admin.CreateGroupAsync("To");
        var moved = await AddAsync("Moved", from);
        await server.Admin.AddImageAsync(moved, "a.jpg", TestImages.Jpeg(64, 48, seed: 9));
        (await CountsAsync()).ShouldBe((1, 0));

        await MoveAsync(moved, to).StatusAsync(HttpStatusCode.OK);

        (await CountsAsync()).ShouldBe((0, 1));
        (await ListAsync($"?parentId={from}")).ShouldBeEmpty();
        (await ListAsync($"?parentId={to}")).ShouldBe([moved]);

        async Task<(int From, int To)> CountsAsync() => ((await GetAsync(from)).GetProperty("groupCount").GetInt32(), (await GetAsync(to)).GetProperty("groupCount").GetInt32());
    }

    [Fact]
    public async Task Trashing_a_group_trashes_the_groups_below_it_and_restoring_it_restores_exactly_these()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var middle = await AddAsync("Middle", top);
        var inner = await AddAsync("Inner", middle);
        var image = await server.Admin.AddImageAsync(inner, "a.jpg", TestImages.Jpeg(64, 48, seed: 10));
        var deleted = await server.Admin.AddImageAsync(inner, "b.jpg", TestImages.Jpeg(64, 48, seed: 11));
        var alone = await AddAsync("Alone", middle);
        var within = await server.Admin.AddImageAsync(alone, "c.jpg", TestImages.Jpeg(64, 48, seed: 12));
        await server.Admin.DeleteAsync($"/api/v1/images/{deleted}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/groups/{alone}").StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.DeleteAsync($"/api/v1/groups/{top}").StatusAsync(HttpStatusCode.NoContent);

        await server.Visitor.GetAsync($"/api/v1/groups/{inner}").StatusAsync(HttpStatusCode.NotFound);
        await server.Visitor.GetAsync($"/api/v1/images/{image}/low").StatusAsync(HttpStatusCode.NotFound);
        (await TrashAsync()).ShouldBe([top, alone, deleted]);
        await server.Admin.PostAsync($"/api/v1/groups/{middle}/restore", null).ProblemAsync(HttpStatusCode.Conflict, "groupInTrash");
        await server.Admin.PostAsync($"/api/v1/groups/{alone}/restore", null).ProblemAsync(HttpStatusCode.Conflict, "groupInTrash");
        await server.Admin.PostAsync($"/api/v1/images/{deleted}/restore", null).ProblemAsync(HttpStatusCode.Conflict, "groupInTrash");

        await server.Admin.PostAsync($"/api/v1/groups/{top}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        (await TrashAsync()).ShouldBe([alone, deleted]);
        await server.Visitor.GetAsync($"/api/v1/images/{image}/low").StatusAsync(HttpStatusCode.OK);
        (await GetAsync(inner)).GetProperty("imageCount").GetInt32().ShouldBe(1);
        PathOf(await GetAsync(inner)).ShouldBe([(top, "Top"), (middle, "Middle")]);
        await server.Admin.PostAsync($"/api/v1/groups/{middle}/restore", null).ProblemAsync(HttpStatusCode.NotFound, "notInTrash");

        // A group that stayed in the trash is moved and hidden with the groups above it.
        var attic = await server.Admin.CreateGroupAsync("Attic", isPublished: false);
        await MoveAsync(middle, attic).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PostAsync($"/api/v1/groups/{alone}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        PathOf(await GetAsync(alone, server.Admin)).ShouldBe([(attic, "Attic"), (middle, "Middle")]);
        await server.Visitor.GetAsync($"/api/v1/images/{within}/low").StatusAsync(HttpStatusCode.NotFound);
        await MoveAsync(middle, null).StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"/api/v1/images/{within}/low").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Groups_in_the_trash_count_as_levels_so_that_they_can_be_restored()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var middle = await AddAsync("Middle", top);
        var trashed = await AddAsync("Trashed", middle);
        await server.Admin.DeleteAsync($"/api/v1/groups/{trashed}").StatusAsync(HttpStatusCode.NoContent);
        var deep = await AddAsync("3", await AddAsync("2", await server.Admin.CreateGroupAsync("1")));

        await MoveAsync(top, deep).ProblemAsync(HttpStatusCode.Conflict, "groupTooDeep");
        await MoveAsync(middle, deep).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PostAsync($"/api/v1/groups/{trashed}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        PathOf(await GetAsync(trashed)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Emptying_the_trash_deletes_the_groups_below_a_trashed_group()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var inner = await AddAsync("Inner", await AddAsync("Middle", top));
        var image = await server.Admin.AddImageAsync(inner, "a.jpg", TestImages.Jpeg(64, 48, seed: 13));
        var alone = await AddAsync("Alone", top);
        await server.Admin.DeleteAsync($"/api/v1/groups/{alone}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/groups/{top}").StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);

        (await TrashAsync()).ShouldBeEmpty();
        foreach (var group in (Guid[])[top, inner, alone])
        {
            await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }

        await server.Admin.GetAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_for_uploads_creates_hidden_groups_below_others_and_deletes_none_that_holds_another()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var key = server.WithKey(await server.Admin.CreateKeyAsync("upload"));

        var made = await key.PostAsJsonAsync("/api/v1/groups", new { title = "Made", parentId = top }).JsonAsync(HttpStatusCode.Created);
        made.GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        PathOf(made).ShouldBe([(top, "Top")]);
        var below = await key.PostAsJsonAsync("/api/v1/groups", new { title = "Below", parentId = made.Id() }).JsonAsync(HttpStatusCode.Created);
        await key.DeleteAsync($"/api/v1/groups/{made.Id()}").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await key.DeleteAsync($"/api/v1/groups/{below.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await key.PatchAsJsonAsync($"/api/v1/groups/{made.Id()}", new { parentId = (Guid?)null }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
    }

    [Fact]
    public async Task Concurrent_moves_uploads_and_changes_of_visibility_leave_no_photo_public_below_a_hidden_group()
    {
        var top = await server.Admin.CreateGroupAsync("Top");
        var other = await server.Admin.CreateGroupAsync("Other");
        var inner = await AddAsync("Inner", top);
        var leaf = await AddAsync("Leaf", inner);

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 10).Select(number => server.Admin.AddImageAsync(leaf, $"{number}.jpg", TestImages.Jpeg(64, 48, seed: 100 + number)))),
            RepeatAsync(turn => MoveAsync(inner, turn % 2 == 0 ? other : top).StatusAsync(HttpStatusCode.OK)),
            RepeatAsync(turn => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = turn % 2 == 1 }).StatusAsync(HttpStatusCode.OK)),
            RepeatAsync(_ => AddAsync("New", inner)));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{other}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{top}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);

        (await server.SqlAsync("SELECT count(*) FROM groups WHERE is_published")).ShouldBe(0L);
        (await server.SqlAsync("SELECT count(*) FROM images WHERE is_published")).ShouldBe(0L);
        (await server.SqlAsync("SELECT count(*) FROM groups AS below JOIN groups AS parent ON parent.id = below.parent_id WHERE below.path <> parent.path || parent.id")).ShouldBe(0L);

        static async Task RepeatAsync(Func<int, Task> action)
        {
            for (var turn = 0; turn < 10; turn++)
            {
                await action(turn);
            }
        }
    }

    private async Task<Guid> AddAsync(string title, Guid parentId) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title, parentId }).JsonAsync(HttpStatusCode.Created)).Id();

    private Task<HttpResponseMessage> MoveAsync(Guid group, Guid? parentId) => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { parentId });

    private Task<JsonElement> GetAsync(Guid group, HttpClient? caller = null) => (caller ?? server.Visitor).GetAsync($"/api/v1/groups/{group}").JsonAsync();

    private async Task<Guid[]> ListAsync(string query, HttpClient? caller = null) =>
        [.. (await (caller ?? server.Visitor).GetAsync($"/api/v1/groups{query}").JsonAsync()).Items().Select(item => item.Id())];

    private async Task<Guid[]> TrashAsync() => [.. (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items().Select(item => item.Id())];

    private static List<(Guid Id, string? Title)> PathOf(JsonElement group) => [.. group.GetProperty("path").EnumerateArray().Select(above => (above.Id(), above.Text("title")))];
}
