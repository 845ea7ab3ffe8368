using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Groups;

public sealed class GroupTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_new_group_is_answered_with_its_address_and_is_first_in_the_list()
    {
        await server.Admin.CreateGroupAsync("first");
        using var answer = await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "  second  ", description = "Text", productId = "P-1" });

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var group = await answer.Content.ReadFromJsonAsync<JsonElement>();
        answer.Headers.Location!.ToString().ShouldBe($"/api/v1/groups/{group.Id()}");
        group.Text("title").ShouldBe("second");
        group.Text("description").ShouldBe("Text");
        group.Text("productId").ShouldBe("P-1");
        group.GetProperty("isPublished").GetBoolean().ShouldBeTrue();
        group.GetProperty("imageCount").GetInt32().ShouldBe(0);
        group.GetProperty("cover").ValueKind.ShouldBe(JsonValueKind.Null);
        group.Text("createdAt").ShouldEndWith("Z");
        group.Text("updatedAt").ShouldEndWith("Z");

        var list = await server.Admin.GetAsync("/api/v1/groups").JsonAsync();
        list.Items()[0].Id().ShouldBe(group.Id());
    }

    [Fact]
    public async Task A_public_group_without_photos_is_not_listed_for_visitors_but_found_by_its_id()
    {
        var group = await server.Admin.CreateGroupAsync("Emptyish");
        string[] lists = ["/api/v1/groups?q=emptyish", "/api/v1/groups?q=emptyish&cursor=", "/api/v1/groups?q=emptyish&page=1&pageSize=5"];
        await ShouldListAsync(server.Visitor, false);
        await ShouldListAsync(server.Admin, true);
        (await server.Visitor.GetAsync("/api/v1/groups?q=emptyish").JsonAsync()).GetProperty("totalItems").GetInt32().ShouldBe(0);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(0);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().ShouldBeEmpty();

        // Visitors' lists contain a group only while it has photos.
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(64, 48, seed: 9_100));
        await ShouldListAsync(server.Visitor, true);
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await ShouldListAsync(server.Visitor, false);
        await ShouldListAsync(server.Admin, true);

        // API keys that may read hidden groups see this group, too.
        foreach (var scope in (string[])["read", "upload"])
        {
            var key = (await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name = scope, scopes = new[] { scope } }).JsonAsync(HttpStatusCode.Created)).Text("key");
            using var request = new HttpRequestMessage(HttpMethod.Get, lists[0]) { Headers = { { "X-API-Key", key } } };
            (await server.Visitor.SendAsync(request).JsonAsync()).Items().Select(item => item.Id()).ShouldBe([group]);
        }

        async Task ShouldListAsync(HttpClient client, bool expected)
        {
            foreach (var list in lists)
            {
                (await client.GetAsync(list).JsonAsync()).Items().Select(item => item.Id()).ShouldBe(expected ? [group] : [], list);
            }
        }
    }

    [Theory]
    [InlineData("""{"title":""}""", "title")]
    [InlineData("""{"title":"   "}""", "title")]
    [InlineData("""{"title":null}""", "title")]
    [InlineData("""{}""", "title")]
    [InlineData("""{"title":5}""", "title")]
    [InlineData("""{"title":"a\u0000b"}""", "title")]
    [InlineData("""{"title":"x","colour":"red"}""", "colour")]
    [InlineData("""{"title":"x","isPublished":"yes"}""", "isPublished")]
    [InlineData("""{"title":"x","isPublished":1}""", "isPublished")]
    public async Task An_invalid_new_group_is_refused_with_the_name_of_the_field(string json, string field)
    {
        var problem = await server.Admin.PostAsync("/api/v1/groups", Json(json)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task Visitors_do_not_see_the_size_and_the_link_count_of_a_group()
    {
        var group = await server.Admin.CreateGroupAsync("Shared");
        var files = ((int[])[1, 2]).Select(seed => TestImages.Jpeg(64, 48, 9_000 + seed)).ToArray();
        await server.Admin.AddImageAsync(group, "1.jpg", files[0]);
        await server.Admin.AddImageAsync(group, "2.jpg", files[1]);
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created);
        await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).StatusAsync(HttpStatusCode.Created);

        foreach (var read in new[] { ItselfAsync, ListedAsync })
        {
            var seen = await read(server.Admin);
            seen.GetProperty("bytes").GetInt64().ShouldBe(files.Sum(file => file.LongLength));
            seen.GetProperty("links").GetInt32().ShouldBe(2);
            (await read(server.Visitor)).EnumerateObject().Select(field => field.Name).ShouldNotContain(name => name == "bytes" || name == "links");
        }

        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        (await ItselfAsync(server.Admin)).GetProperty("links").GetInt32().ShouldBe(1);

        // A used-up link and an expired link no longer open the group.
        var once = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { maxViews = 1 }).JsonAsync(HttpStatusCode.Created);
        var brief = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);
        (await ItselfAsync(server.Admin)).GetProperty("links").GetInt32().ShouldBe(3);
        await server.Visitor.GetAsync("/api/v1" + once.Text("url")).StatusAsync(HttpStatusCode.OK);
        (await ItselfAsync(server.Admin)).GetProperty("links").GetInt32().ShouldBe(2);
        await server.SqlAsync($"UPDATE links SET expires_at = now() - interval '1 second' WHERE id = '{brief.Id()}'");
        (await ListedAsync(server.Admin)).GetProperty("links").GetInt32().ShouldBe(1);

        Task<JsonElement> ItselfAsync(HttpClient caller) => caller.GetAsync($"/api/v1/groups/{group}").JsonAsync();

        async Task<JsonElement> ListedAsync(HttpClient caller) => (await caller.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items().Single(item => item.Id() == group);
    }

    [Fact]
    public async Task A_title_has_at_most_200_characters()
    {
        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = new string('x', 200) }).StatusAsync(HttpStatusCode.Created);
        var problem = await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = new string('x', 201) }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("title")[0].GetString()!.ShouldContain("201");
    }

    [Fact]
    public async Task A_patch_sets_the_given_fields_clears_null_fields_and_leaves_the_rest()
    {
        var id = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Old", description = "Text", productId = "P" }).JsonAsync(HttpStatusCode.Created)).Id();

        var changed = await PatchAsync(id, """{"title":"New","description":null}""").JsonAsync();

        changed.Text("title").ShouldBe("New");
        changed.GetProperty("description").ValueKind.ShouldBe(JsonValueKind.Null);
        changed.Text("productId").ShouldBe("P");
        (await server.Visitor.GetAsync($"/api/v1/groups/{id}").JsonAsync()).Text("title").ShouldBe("New");
    }

    [Theory]
    [InlineData("""{"title":null}""", "title")]
    [InlineData("""{"isPublished":null}""", "isPublished")]
    [InlineData("""{"titel":"x"}""", "titel")]
    [InlineData("""{"id":"01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"}""", "id")]
    [InlineData("""{"coverImageId":"01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"}""", "coverImageId")]
    [InlineData("""{"coverImageId":"x"}""", "coverImageId")]
    public async Task An_invalid_patch_names_the_field_and_changes_nothing(string json, string field)
    {
        var id = await server.Admin.CreateGroupAsync("Kept");

        var problem = await PatchAsync(id, json).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
        problem.ToString().ShouldNotContain("Value", Case.Sensitive);
        (await server.Admin.GetAsync($"/api/v1/groups/{id}").JsonAsync()).Text("title").ShouldBe("Kept");
    }

    [Fact]
    public async Task The_cover_is_the_first_image_until_an_admin_chooses_one_and_again_after_that_image_is_deleted()
    {
        var id = await server.Admin.CreateGroupAsync();
        var first = await server.Admin.AddImageAsync(id, "1.jpg", TestImages.Jpeg(seed: 1));
        var second = await server.Admin.AddImageAsync(id, "2.jpg", TestImages.Jpeg(seed: 2));
        (await CoverAsync()).ShouldBe(first);

        await PatchAsync(id, $$"""{"coverImageId":"{{second}}"}""").StatusAsync(HttpStatusCode.OK);
        (await CoverAsync()).ShouldBe(second);

        await server.Admin.DeleteAsync($"/api/v1/images/{second}").StatusAsync(HttpStatusCode.NoContent);
        (await CoverAsync()).ShouldBe(first);

        async Task<Guid> CoverAsync() => (await server.Visitor.GetAsync($"/api/v1/groups/{id}").JsonAsync()).GetProperty("cover").Id();
    }

    [Fact]
    public async Task Visitors_do_not_see_a_hidden_group_and_its_images_until_it_is_published()
    {
        var id = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        var image = await server.Admin.AddImageAsync(id, "1.jpg", TestImages.Jpeg(seed: 3));
        await server.Visitor.GetAsync($"/api/v1/groups/{id}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Visitor.GetAsync($"/api/v1/images/{image}/low").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        using (var bytes = await server.Admin.GetAsync($"/api/v1/images/{image}/low"))
        {
            bytes.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        }

        await PatchAsync(id, """{"isPublished":true}""").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"/api/v1/groups/{id}").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"/api/v1/images/{image}/low").StatusAsync(HttpStatusCode.OK);

        await PatchAsync(id, """{"isPublished":false}""").StatusAsync(HttpStatusCode.OK);
        await server.Visitor.GetAsync($"/api/v1/images/{image}/low").StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_group_is_found_by_part_of_its_title_or_description_in_any_case()
    {
        var title = await server.Admin.CreateGroupAsync("Straße nach ÖLAND 100%");
        var description = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "x", description = "Ein Öland-Text" }).JsonAsync(HttpStatusCode.Created)).Id();

        (await FindAsync("öland")).ShouldBe([description, title]);
        (await FindAsync("0%")).ShouldBe([title]);
        (await FindAsync("_")).ShouldBeEmpty();

        async Task<Guid[]> FindAsync(string q) =>
            [.. (await server.Admin.GetAsync($"/api/v1/groups?q={Uri.EscapeDataString(q)}").JsonAsync()).Items().Select(item => item.Id())];
    }

    [Fact]
    public async Task Groups_move_as_one_block_after_another_group_or_to_the_front()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            ids.Insert(0, await server.Admin.CreateGroupAsync($"Ordered {i}"));
        }

        await OrderAsync([ids[5], ids[1]], ids[3]);
        (await OrderedAsync()).ShouldBe([ids[0], ids[2], ids[3], ids[5], ids[1], ids[4]]);

        await OrderAsync([ids[4], ids[2]], null);
        (await OrderedAsync()).ShouldBe([ids[4], ids[2], ids[0], ids[3], ids[5], ids[1]]);

        async Task<Guid[]> OrderedAsync() =>
            [.. (await server.Admin.GetAsync("/api/v1/groups?pageSize=100&q=Ordered").JsonAsync()).Items().Select(item => item.Id())];

        Task OrderAsync(Guid[] block, Guid? after) =>
            server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = block, after }).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task No_request_fails_when_groups_are_reordered_while_images_move_between_them()
    {
        var groups = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            groups.Add(await server.Admin.CreateGroupAsync($"Busy {i}"));
        }

        var images = await Task.WhenAll(groups.Select((group, i) => server.Admin.AddImageAsync(group, $"{i}.png", TestImages.Png(8 + i, 8, seed: 900 + i))));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            var random = new Random(writer);
            for (var turn = 0; turn < 15; turn++)
            {
                var ids = groups.ToArray();
                random.Shuffle(ids);
                await server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids }).StatusAsync(HttpStatusCode.NoContent);
                await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "move", ids = images, groupId = ids[0] }).StatusAsync(HttpStatusCode.OK);
            }
        }));
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("images")]
    public async Task Rows_in_the_trash_keep_their_places_when_all_positions_are_numbered_again(string what)
    {
        var group = await server.Admin.CreateGroupAsync("Numbered");
        List<Guid> ids = [];
        for (var i = 0; i < 5; i++)
        {
            // New groups come first, new images last.
            ids.Insert(what == "groups" ? 0 : i, what == "groups" ? await server.Admin.CreateGroupAsync($"Numbered {i}") : await server.Admin.AddImageAsync(group, $"{i}.png", TestImages.Png(8, 8, seed: 150 + i)));
        }

        var order = what == "groups" ? "/api/v1/groups/order" : $"/api/v1/groups/{group}/order";
        var trashed = ids[3];
        await server.Admin.PutAsJsonAsync(order, new { ids, after = (Guid?)null }).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/{what}/{trashed}").StatusAsync(HttpStatusCode.NoContent);

        // Each round halves the gap after the first row, so positions are numbered again after 32 rounds.
        var (first, moved, other) = (ids[0], ids[1], ids[2]);
        for (var round = 0; round < 40; round++)
        {
            await server.Admin.PutAsJsonAsync(order, new { ids = (Guid[])[other], after = first }).StatusAsync(HttpStatusCode.NoContent);
            (moved, other) = (other, moved);
        }

        await server.Admin.PostAsync($"/api/v1/{what}/{trashed}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        var list = await server.Admin.GetAsync(what == "groups" ? "/api/v1/groups?pageSize=100" : $"/api/v1/groups/{group}/images").JsonAsync();
        list.Items().Select(item => item.Id()).Where(ids.Contains).ShouldBe([first, moved, other, trashed, ids[4]]);
    }

    [Fact]
    public async Task Images_can_be_moved_between_the_same_two_neighbours_any_number_of_times()
    {
        var group = await server.Admin.CreateGroupAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await server.Admin.AddImageAsync(group, $"{i}.png", TestImages.Png(8, 8, seed: 50 + i)));
        }

        // Each round halves the gap after the first image; after 32 rounds the server must renumber the positions.
        for (var round = 0; round < 80; round++)
        {
            var moved = ids[2];
            await server.Admin.PutAsJsonAsync($"/api/v1/groups/{group}/order", new { ids = (Guid[])[moved], after = ids[0] }).StatusAsync(HttpStatusCode.NoContent);
            ids = [ids[0], moved, ids[1]];
        }

        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(item => item.Id()).ShouldBe(ids);
    }

    [Fact]
    public async Task An_invalid_order_is_refused_with_the_name_of_the_field()
    {
        await server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { Guid.Empty } }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "1.jpg", TestImages.Jpeg(seed: 4));
        var stranger = Guid.CreateVersion7();

        await ExpectAsync(new { ids = Array.Empty<Guid>() }, "ids");
        await ExpectAsync(new { ids = (Guid[])[stranger] }, "ids");
        await ExpectAsync(new { ids = (Guid[])[image, image] }, "ids");
        await ExpectAsync(new { ids = (Guid[])[image], after = image }, "after");
        await ExpectAsync(new { ids = (Guid[])[image], after = stranger }, "after");
        await ExpectAsync(new { ids = Enumerable.Range(0, 1_001).Select(_ => Guid.CreateVersion7()) }, "ids");
        await ExpectAsync(new { ids = (string[])["x"] }, "ids[0]");

        async Task ExpectAsync(object body, string field)
        {
            var problem = await server.Admin.PutAsJsonAsync($"/api/v1/groups/{group}/order", body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
        }
    }

    [Theory]
    [InlineData("not-an-id")]
    [InlineData("01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80")]
    [InlineData("..%2f..%2fetc")]
    public async Task An_unknown_or_malformed_id_is_not_found(string id)
    {
        foreach (var path in (string[])[$"/api/v1/groups/{id}", $"/api/v1/groups/{id}/images", $"/api/v1/images/{id}", $"/api/v1/images/{id}/low"])
        {
            await server.Admin.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }

        await PatchRawAsync(id, """{"title":"x"}""").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync($"/api/v1/groups/{id}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsync($"/api/v1/groups/{id}/restore", null).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private Task<HttpResponseMessage> PatchAsync(Guid id, string json) => PatchRawAsync(id.ToString(), json);

    private Task<HttpResponseMessage> PatchRawAsync(string id, string json) => server.Admin.PatchAsync($"/api/v1/groups/{id}", Json(json));
}
