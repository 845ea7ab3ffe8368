using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Groups;

/// <summary>Users who are members of groups. AccessTests check every route for a viewer, a contributor and a former member.</summary>
public sealed class MemberTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static int made;

    [Fact]
    public async Task The_members_of_a_group_are_replaced_and_listed_by_name()
    {
        var group = await server.Admin.CreateGroupAsync("Listed", isPublished: false);
        var (zoe, adam) = (await server.Admin.CreateUserAsync("zoe"), await server.Admin.CreateUserAsync("adam"));
        await server.Admin.CreateEditorAsync("members-editor");
        using var editor = await server.SignInAsync("members-editor", ImageHubServer.UserPassword);

        (await editor.GetAsync(Members(group)).JsonAsync()).Items().ShouldBeEmpty();
        var given = await editor.PutAsJsonAsync(Members(group), new { items = new[] { new { userId = zoe, role = "viewer" }, new { userId = adam, role = "contributor" } } }).JsonAsync();
        given.GetRawText().ShouldBe($$"""{"items":[{"userId":"{{adam}}","userName":"adam","role":"contributor"},{"userId":"{{zoe}}","userName":"zoe","role":"viewer"}]}""");
        (await server.Admin.GetAsync(Members(group)).JsonAsync()).GetRawText().ShouldBe(given.GetRawText());

        var changed = await editor.PutAsJsonAsync(Members(group), new { items = new[] { new { userId = zoe, role = "contributor" } } }).JsonAsync();
        changed.GetRawText().ShouldBe($$"""{"items":[{"userId":"{{zoe}}","userName":"zoe","role":"contributor"}]}""");
    }

    [Fact]
    public async Task A_wrong_list_of_members_is_refused_and_changes_nothing()
    {
        var group = await server.Admin.CreateGroupAsync("Refused", isPublished: false);
        var user = await server.Admin.CreateUserAsync("refused");
        await server.Admin.SetMembersAsync(group, (user, "viewer"));
        var unknown = Guid.CreateVersion7();

        await RefusedAsync(new { items = (object?)null }, "items", "items is null; send the list of all members.");
        await RefusedAsync(
            new { items = Enumerable.Range(0, 201).Select(_ => new { userId = Guid.CreateVersion7(), role = "viewer" }) }, "items", "items has 201 entries; at most 200 are allowed.");
        await RefusedAsync(
            new { items = new[] { new { userId = user, role = "viewer" }, new { userId = user, role = "contributor" } } },
            "items[1].userId",
            $"items[1].userId is {user}, which the list names twice; each account may appear once.");
        await RefusedAsync(
            new { items = new[] { new { userId = user, role = "viewer" }, new { userId = unknown, role = "viewer" } } }, "items[1].userId", $"items[1].userId is {unknown}; no account has this id.");
        await RefusedAsync(new { items = new[] { new { userId = user, role = "owner" } } }, "items[0].role", "items[0].role is 'owner'; viewer and contributor are allowed.");
        await server.Admin.PutAsJsonAsync(Members(unknown), new { items = Array.Empty<object>() }).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        (await server.Admin.GetAsync(Members(group)).JsonAsync()).Items().Single().Id("userId").ShouldBe(user);

        async Task RefusedAsync(object body, string field, string text)
        {
            var problem = await server.Admin.PutAsJsonAsync(Members(group), body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(text);
        }
    }

    [Fact]
    public async Task A_viewer_sees_a_hidden_group_as_visitors_would_and_lists_do_not_show_it()
    {
        var (id, viewer) = await SignedInAsync();
        using var client = viewer;
        var (group, image) = await HiddenAsync("Seen by its viewer", tags: ["member-tag"]);
        (await client.GetAsync($"/api/v1/groups/{group}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await server.Admin.SetMembersAsync(group, (id, "viewer"));

        var seen = await client.GetAsync($"/api/v1/groups/{group}").JsonAsync();
        (seen.Text("role"), seen.GetProperty("isPublished").GetBoolean(), seen.TryGetProperty("bytes", out _), seen.TryGetProperty("links", out _)).ShouldBe(("viewer", false, false, false));
        seen.GetProperty("cover").Id().ShouldBe(image);
        (await client.GetAsync($"/api/v1/groups?slug={seen.Text("slug")}").JsonAsync()).Items().Single().Id().ShouldBe(group);
        var summary = (await client.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single();
        (summary.GetProperty("mayEdit").GetBoolean(), summary.GetProperty("addedBy").Text("userName"), summary.TryGetProperty("rating", out _)).ShouldBe((false, ImageHubServer.AdminName, false));
        var details = await client.GetAsync($"/api/v1/images/{image}").JsonAsync();
        (details.GetProperty("mayEdit").GetBoolean(), details.TryGetProperty("location", out _)).ShouldBe((false, false));
        foreach (var address in Addresses(group, image))
        {
            using var answer = await client.GetAsync(address);
            (answer.StatusCode, answer.Headers.CacheControl?.NoStore).ShouldBe((HttpStatusCode.OK, true), address);
            await server.Visitor.GetAsync(address).StatusAsync(HttpStatusCode.NotFound);
        }

        await client.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        (await client.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items().ShouldNotContain(item => item.Id() == group);
        (await client.GetAsync("/api/v1/images?pageSize=100").JsonAsync()).Items().ShouldNotContain(item => item.Id() == image);
        (await client.GetAsync("/api/v1/tags?q=member-tag").JsonAsync()).Items().ShouldBeEmpty();
        var mine = (await client.GetAsync("/api/v1/me/groups").JsonAsync()).Items().Single();
        (mine.Id(), mine.Text("role"), mine.GetProperty("imageCount").GetInt32()).ShouldBe((group, "viewer", 1));
        using var page = await BrowserOf(client).GetAsync($"/groups/{seen.Text("slug")}");
        (page.StatusCode, page.Headers.CacheControl!.NoStore).ShouldBe((HttpStatusCode.OK, true));
        (await page.Content.ReadAsStringAsync()).ShouldContain("Seen by its viewer");
    }

    [Fact]
    public async Task A_viewer_gets_what_the_group_offers_to_visitors_and_a_contributor_gets_everything_but_originals()
    {
        var ((viewerId, viewer), (contributorId, contributor)) = (await SignedInAsync(), await SignedInAsync());
        using var one = viewer;
        using var other = contributor;
        var (group, image) = await HiddenAsync("Without downloads");
        await server.Admin.SetMembersAsync(group, (viewerId, "viewer"), (contributorId, "contributor"));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { downloads = "none" }).StatusAsync(HttpStatusCode.OK);

        (await viewer.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("full").ValueKind.ShouldBe(JsonValueKind.Null);
        await viewer.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        await viewer.GetAsync($"/api/v1/groups/{group}/archive").ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");
        await viewer.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { variant = "high" }).ProblemAsync(HttpStatusCode.Forbidden, "downloadForbidden");

        var full = (await contributor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().GetProperty("full").Text("url")!;
        await contributor.GetAsync(full).StatusAsync(HttpStatusCode.OK);
        await contributor.GetAsync($"/api/v1/groups/{group}/archive").StatusAsync(HttpStatusCode.OK);
        await contributor.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_member_who_is_removed_loses_every_address_with_the_next_request()
    {
        var (id, member) = await SignedInAsync();
        using var client = member;
        var (group, image) = await HiddenAsync("Taken away");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var archive = (await client.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url")!;
        var announced = await client.AnnounceAsync(group, [("late.jpg", TestImages.Jpeg(seed: 90))]);
        string[] addresses = [.. Addresses(group, image), archive];
        foreach (var address in addresses)
        {
            await client.GetAsync(address).StatusAsync(HttpStatusCode.OK);
        }

        await server.Admin.SetMembersAsync(group);

        foreach (var address in addresses)
        {
            (await client.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
        }

        (await client.GetAsync("/api/v1/me/groups").JsonAsync()).Items().ShouldBeEmpty();
        await client.TusPatchAsync(announced.Urls[0], 0, TestImages.Jpeg(seed: 90)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await client.PutImageAsync(group, "new.jpg", TestImages.Jpeg(seed: 91)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await client.AnnounceAsync(group, [new { fileName = "new.jpg", bytes = 10 }]).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task An_upload_that_began_before_the_contributor_was_removed_is_refused()
    {
        var (id, contributor) = await SignedInAsync();
        using var client = contributor;
        var (group, _) = await HiddenAsync("Too late");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // The first half is larger than all buffers between client and server, so it is fully sent only after the server has begun to read the file.
        using var slow = new SlowContent(TestImages.JpegOf(24_000_000, seed: 92), rest.Task);
        var uploading = client.PutAsync($"/api/v1/groups/{group}/images/slow.jpg", slow);
        await slow.Begun;
        await server.Admin.SetMembersAsync(group);
        rest.SetResult();

        await uploading.ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_contributor_uploads_in_every_way_and_edits_and_deletes_only_what_the_contributor_has_added()
    {
        var (id, contributor) = await SignedInAsync();
        using var client = contributor;
        var (group, others) = await HiddenAsync("Added to");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var name = (await client.GetAsync("/api/v1/auth/me").JsonAsync()).Text("userName");

        var put = await client.PutImageAsync(group, "put.jpg", TestImages.Jpeg(seed: 10)).JsonAsync(HttpStatusCode.Created);
        (put.GetProperty("mayEdit").GetBoolean(), put.GetProperty("addedBy").Text("userName"), put.GetProperty("addedBy").Id()).ShouldBe((true, name, id));
        (await client.PostImagesAsync(group, ("posted.jpg", TestImages.Jpeg(seed: 11))).JsonAsync(HttpStatusCode.Created)).Items("uploaded").Single().GetProperty("mayEdit").GetBoolean().ShouldBeTrue();
        var announced = await client.AnnounceAsync(group, [("announced.jpg", TestImages.Jpeg(seed: 12))]);
        await client.TusPatchAsync(announced.Urls[0], 0, TestImages.Jpeg(seed: 12)).StatusAsync(HttpStatusCode.NoContent);
        await client.TusCreateAsync(TestImages.Jpeg(seed: 13).Length, group, "tus.jpg", TestImages.Jpeg(seed: 13)).StatusAsync(HttpStatusCode.Created);

        var images = (await client.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        images.Select(item => (item.Text("fileName"), item.GetProperty("mayEdit").GetBoolean()))
            .ShouldBe([("one.jpg", false), ("put.jpg", true), ("posted.jpg", true), ("announced.jpg", true), ("tus.jpg", true)]);
        (await server.Admin.GetAsync($"/api/v1/images/{put.Id()}").JsonAsync()).GetProperty("addedBy").Id().ShouldBe(id);

        var edited = await client.PatchAsJsonAsync($"/api/v1/images/{put.Id()}", new { title = "Mine", tags = new[] { "added" }, fileName = "renamed.jpg", rotate = 90 }).JsonAsync();
        (edited.Text("title"), edited.Text("fileName"), edited.GetProperty("mayEdit").GetBoolean(), edited.TryGetProperty("rating", out _)).ShouldBe(("Mine", "renamed.jpg", true, false));
        foreach (var (field, body) in (ValueTuple<string, object>[])[("rating", new { rating = 5 }), ("groupId", new { groupId = group }), ("ownerId", new { ownerId = id })])
        {
            (await client.PatchAsJsonAsync($"/api/v1/images/{put.Id()}", body).ProblemAsync(HttpStatusCode.Forbidden, "forbidden")).Text("detail").ShouldBe($"{field} is for admins and editors only.");
        }

        await client.PatchAsJsonAsync($"/api/v1/images/{others}", new { title = "Theirs" }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await client.DeleteAsync($"/api/v1/images/{others}").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await client.PostAsJsonAsync("/api/v1/images/bulk", new { action = "delete", ids = new[] { put.Id() } }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await client.DeleteAsync($"/api/v1/images/{put.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await client.DeleteAsync($"/api/v1/images/{put.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await client.PostAsync($"/api/v1/images/{put.Id()}/restore", null).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");

        await server.Admin.SetMembersAsync(group, (id, "viewer"));
        var posted = images.Single(item => item.Text("fileName") == "posted.jpg").Id();
        await client.PatchAsJsonAsync($"/api/v1/images/{posted}", new { title = "Still mine" }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await client.PutImageAsync(group, "new.jpg", TestImages.Jpeg(seed: 14)).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Tags_at_the_end_of_an_upload_keep_a_curators_edits_and_do_not_follow_a_photo_out_of_the_group()
    {
        var (id, contributor) = await SignedInAsync();
        using var client = contributor;
        var (group, _) = await HiddenAsync("Tagged at the end");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var body = new MultipartFormDataContent { { new StringContent("sent"), "tags" } };

        // The server begins to record photos before the rest arrives, because the first half has more photos than are rendered at once.
        for (var i = 0; i < 2 * (Environment.ProcessorCount + 6); i++)
        {
            body.AddFile($"{i}.jpg", TestImages.Jpeg(120, 90, seed: 200 + i));
        }

        body.Add(new StringContent("late"), "tags");
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slow = new SlowContent(await body.ReadAsByteArrayAsync(), rest.Task);
        slow.Headers.ContentType = body.Headers.ContentType;
        var uploading = client.PostAsync($"/api/v1/groups/{group}/images", slow);
        await Polling.EventuallyAsync(async () => (await ListAsync()).Count >= 3);
        var recorded = (await ListAsync()).ToDictionary(item => item.Text("fileName")!, item => item.Id(), StringComparer.Ordinal);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{recorded["0.jpg"]}", new { tags = new[] { "edited" } }).StatusAsync(HttpStatusCode.OK);
        var elsewhere = await server.Admin.CreateGroupAsync("Elsewhere");
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{recorded["1.jpg"]}", new { groupId = elsewhere }).StatusAsync(HttpStatusCode.OK);
        rest.SetResult();

        var report = await uploading.JsonAsync(HttpStatusCode.Created);

        Tags(report.Items("uploaded")[0]).ShouldBe("edited|late");
        Tags(await server.Admin.GetAsync($"/api/v1/images/{recorded["0.jpg"]}").JsonAsync()).ShouldBe("edited|late");
        Tags(await server.Admin.GetAsync($"/api/v1/images/{recorded["1.jpg"]}").JsonAsync()).ShouldBe("sent");
        Tags(await server.Admin.GetAsync($"/api/v1/groups/{group}/images/2.jpg").JsonAsync()).ShouldBe("sent|late");

        async Task<IReadOnlyList<JsonElement>> ListAsync() => (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();

        static string Tags(JsonElement image) => string.Join('|', image.Items("tags").Select(tag => tag.GetString()));
    }

    [Fact]
    public async Task Visitors_and_other_users_do_not_see_who_has_added_an_image()
    {
        var (id, contributor) = await SignedInAsync();
        using var client = contributor;
        var (_, stranger) = await SignedInAsync();
        using var other = stranger;
        var group = await server.Admin.CreateGroupAsync("Public with a contributor");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var image = await client.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 20));

        foreach (var caller in (HttpClient[])[server.Visitor, stranger])
        {
            var summary = (await caller.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single();
            (summary.TryGetProperty("addedBy", out _), summary.TryGetProperty("mayEdit", out _)).ShouldBe((false, false));
            (await caller.GetAsync($"/api/v1/groups/{group}").JsonAsync()).TryGetProperty("role", out _).ShouldBeFalse();
        }

        await stranger.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Theirs" }).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");

        // The contributor's answers are neither cached for visitors nor taken from the visitors' cache.
        (await client.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().GetProperty("mayEdit").GetBoolean().ShouldBeTrue();
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().TryGetProperty("mayEdit", out _).ShouldBeFalse();
        (await client.GetAsync($"/api/v1/images?groupId={group}").JsonAsync()).Items().Single().GetProperty("mayEdit").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Images_that_a_contributor_has_added_count_against_the_contributors_quota()
    {
        var content = Enumerable.Range(0, 4).Select(i => TestImages.Jpeg(seed: 30 + i)).ToArray();
        var most = content.Max(file => file.Length);
        var tier = await server.Admin.CreateTierAsync("Two photos", quotaBytes: (2 * most) + 10);
        var (id, contributor) = await SignedInAsync(tier);
        using var client = contributor;
        var (group, _) = await HiddenAsync("Counted");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));

        var first = await client.AddImageAsync(group, "first.jpg", content[0]);
        await client.PutAsync("/api/v1/me/images/second.jpg", new ByteArrayContent(content[1])).StatusAsync(HttpStatusCode.Created);

        (await UsedAsync()).ShouldBe(content[0].Length + content[1].Length);
        (await server.Admin.GetAsync($"/api/v1/users/{id}").JsonAsync()).GetProperty("usedBytes").GetInt64().ShouldBe(content[0].Length + content[1].Length);
        var refused = await client.PutImageAsync(group, "third.jpg", content[2]).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        refused.GetProperty("bytesLeft").GetInt64().ShouldBe((2 * most) + 10 - content[0].Length - content[1].Length);
        await client.PutAsync("/api/v1/me/images/third.jpg", new ByteArrayContent(content[2])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        await client.TusCreateAsync(content[2].Length, group, "third.jpg").ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        (await client.AnnounceAsync(group, [new { fileName = "third.jpg", bytes = content[2].Length }]).JsonAsync(HttpStatusCode.Created)).Items("files").Single().Text("code").ShouldBe("quotaExceeded");

        // An admin's upload counts against no quota. An image that anyone deletes no longer counts.
        await server.Admin.AddImageAsync(group, "fourth.jpg", content[3]);
        await server.Admin.DeleteAsync($"/api/v1/images/{first}").StatusAsync(HttpStatusCode.NoContent);
        (await UsedAsync()).ShouldBe(content[1].Length);
        await client.AddImageAsync(group, "third.jpg", content[2]);

        async Task<long> UsedAsync() => (await client.GetAsync("/api/v1/auth/me").JsonAsync()).GetProperty("usedBytes").GetInt64();
    }

    [Fact]
    public async Task Uploads_into_two_groups_at_the_same_time_do_not_exceed_the_quota_together()
    {
        var content = Enumerable.Range(0, 8).Select(i => TestImages.JpegOf(100_000, seed: 40 + i)).ToArray();
        var tier = await server.Admin.CreateTierAsync("One photo only", quotaBytes: 150_000);
        var (id, contributor) = await SignedInAsync(tier);
        using var client = contributor;
        var groups = new[] { (await HiddenAsync("First of two")).Group, (await HiddenAsync("Second of two")).Group };
        foreach (var group in groups)
        {
            await server.Admin.SetMembersAsync(group, (id, "contributor"));
        }

        var statuses = await Task.WhenAll(content.Select(async (file, i) =>
        {
            using var answer = i % 3 == 2
                ? await client.PutAsync($"/api/v1/me/images/{i}.jpg", new ByteArrayContent(file))
                : await client.PutImageAsync(groups[i % 3], $"{i}.jpg", file);
            return answer.StatusCode;
        }));

        statuses.Count(status => status == HttpStatusCode.Created).ShouldBe(1);
        statuses.Count(status => status == HttpStatusCode.RequestEntityTooLarge).ShouldBe(7);
    }

    [Fact]
    public async Task A_membership_reaches_the_groups_below_and_no_other_group()
    {
        var (id, member) = await SignedInAsync();
        using var client = member;
        var top = await server.Admin.CreateGroupAsync("Family", isPublished: false);
        var middle = await BelowAsync(top, "Wedding");
        var bottom = await BelowAsync(middle, "Church");
        var beside = await server.Admin.CreateGroupAsync("Beside", isPublished: false);
        var image = await server.Admin.AddImageAsync(bottom, "one.jpg", TestImages.Jpeg(seed: 60));

        await server.Admin.SetMembersAsync(middle, (id, "viewer"));

        var seen = await client.GetAsync($"/api/v1/groups/{bottom}").JsonAsync();
        (seen.Text("role"), string.Join('/', seen.Items("path").Select(above => above.Text("title")))).ShouldBe(("viewer", "Wedding"));
        seen.Id("parentId").ShouldBe(middle);
        (await client.GetAsync($"/api/v1/groups/{middle}").JsonAsync()).GetProperty("parentId").ValueKind.ShouldBe(JsonValueKind.Null);
        (await server.Admin.GetAsync($"/api/v1/groups/{middle}").JsonAsync()).Id("parentId").ShouldBe(top);
        (await client.GetAsync($"/api/v1/groups/{middle}").JsonAsync()).GetProperty("groupCount").GetInt32().ShouldBe(1);
        await client.GetAsync($"/api/v1/images/{image}/high").StatusAsync(HttpStatusCode.OK);
        await client.GetAsync($"/api/v1/groups/{top}").StatusAsync(HttpStatusCode.NotFound);
        await client.GetAsync($"/api/v1/groups/{beside}").StatusAsync(HttpStatusCode.NotFound);
        (await client.GetAsync("/api/v1/me/groups").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([middle]);
        (await client.GetAsync($"/api/v1/me/groups?parentId={middle}").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([bottom]);
        (await client.GetAsync($"/api/v1/me/groups?parentId={top}").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([middle]);

        // The higher of two roles applies. A group that is moved elsewhere loses the members of the groups that were above it.
        await server.Admin.SetMembersAsync(bottom, (id, "contributor"));
        (await client.GetAsync($"/api/v1/groups/{bottom}").JsonAsync()).Text("role").ShouldBe("contributor");
        await server.Admin.SetMembersAsync(bottom);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{bottom}", new { parentId = beside }).StatusAsync(HttpStatusCode.OK);
        await client.GetAsync($"/api/v1/images/{image}/high").StatusAsync(HttpStatusCode.NotFound);

        async Task<Guid> BelowAsync(Guid parent, string title) => (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title, parentId = parent, isPublished = true }).JsonAsync(HttpStatusCode.Created)).Id();
    }

    [Fact]
    public async Task The_archive_of_a_member_has_the_groups_below_and_ends_with_the_membership()
    {
        var (id, member) = await SignedInAsync();
        using var client = member;
        var top = await server.Admin.CreateGroupAsync("Archived");
        var below = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Inside", parentId = top, isPublished = false }).JsonAsync(HttpStatusCode.Created)).Id();
        await server.Admin.AddImageAsync(top, "one.jpg", TestImages.Jpeg(seed: 61));
        await server.Admin.AddImageAsync(below, "two.jpg", TestImages.Jpeg(seed: 62));

        await server.Admin.SetMembersAsync(below, (id, "viewer"));
        (await FilesAsync()).ShouldBe(1);
        await server.Admin.SetMembersAsync(top, (id, "viewer"));
        (await FilesAsync()).ShouldBe(2);
        var url = (await client.PostAsJsonAsync($"/api/v1/groups/{top}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);

        await server.Admin.SetMembersAsync(top);

        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.NotFound);
        await client.GetAsync($"/api/v1/groups/{top}/archive").StatusAsync(HttpStatusCode.OK);

        async Task<int> FilesAsync() => (await client.PostAsJsonAsync($"/api/v1/groups/{top}/archives", new { }).JsonAsync(HttpStatusCode.Created)).GetProperty("files").GetInt32();
    }

    [Theory]
    [InlineData("editor", "disabled")]
    [InlineData("editor", "demoted")]
    [InlineData("editor", "deleted")]
    [InlineData("member", "disabled")]
    public async Task An_archive_ends_with_the_rights_of_its_account(string who, string how)
    {
        var name = $"{who}-{how}";
        var id = who == "editor" ? await server.Admin.CreateEditorAsync(name) : await server.Admin.CreateUserAsync(name);
        using var client = await server.SignInAsync(name, ImageHubServer.UserPassword);
        var (group, _) = await HiddenAsync($"Archived by {name}");
        if (who == "member")
        {
            await server.Admin.SetMembersAsync(group, (id, "viewer"));
        }

        var url = (await client.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);

        await (how switch
        {
            "disabled" => server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK),
            "demoted" => server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { role = "user" }).StatusAsync(HttpStatusCode.OK),
            _ => server.Admin.DeleteAsync($"/api/v1/users/{id}").StatusAsync(HttpStatusCode.NoContent),
        });

        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Deleting_an_account_leaves_what_it_has_added_and_ends_its_memberships()
    {
        var (id, contributor) = await SignedInAsync();
        using var client = contributor;
        var (group, _) = await HiddenAsync("Survives");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var image = await client.AddImageAsync(group, "two.jpg", TestImages.Jpeg(seed: 70));

        await server.Admin.DeleteAsync($"/api/v1/users/{id}").StatusAsync(HttpStatusCode.NoContent);

        var left = await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync();
        (left.GetProperty("addedBy").ValueKind, left.GetProperty("mayEdit").GetBoolean()).ShouldBe((JsonValueKind.Null, true));
        (await server.Admin.GetAsync(Members(group)).JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Shared_groups_are_listed_in_pages_newest_first()
    {
        var (id, member) = await SignedInAsync();
        using var client = member;
        var groups = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            groups.Add(await server.Admin.CreateGroupAsync($"Page {i}", isPublished: i == 1));
            await server.Admin.SetMembersAsync(groups[i], (id, "viewer"));
        }

        var first = await client.GetAsync("/api/v1/me/groups?cursor=&pageSize=2").JsonAsync();
        first.Items().Select(item => item.Id()).ShouldBe([groups[2], groups[1]]);
        var second = await client.GetAsync($"/api/v1/me/groups?pageSize=2&cursor={first.Text("nextCursor")}").JsonAsync();
        (second.Items().Single().Id(), second.GetProperty("nextCursor").ValueKind).ShouldBe((groups[0], JsonValueKind.Null));
        (await client.GetAsync("/api/v1/me/groups?page=1").JsonAsync()).GetProperty("totalItems").GetInt32().ShouldBe(3);
        await server.Admin.DeleteAsync($"/api/v1/groups/{groups[2]}").StatusAsync(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/v1/me/groups").JsonAsync()).Items().Count.ShouldBe(2);
        await server.Visitor.GetAsync("/api/v1/me/groups").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_contributor_describes_added_photos_by_sidecars()
    {
        var (id, contributor) = await SignedInAsync();
        using var client = contributor;
        var (group, others) = await HiddenAsync("Described");
        await server.Admin.SetMembersAsync(group, (id, "contributor"));
        var mine = await client.AddImageAsync(group, "mine.jpg", TestImages.Jpeg(seed: 80));

        (await DescribeAsync(mine).JsonAsync()).Text("description").ShouldBe("By the sea");

        // Ratings are for admins and editors, as in PATCH.
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{mine}", new { rating = 2 }).StatusAsync(HttpStatusCode.OK);
        var rated = new ByteArrayContent(CaptionFixtures.Packet("", "xmp:Rating='5'")) { Headers = { ContentType = new("application/rdf+xml") } };
        await client.PutAsync($"/api/v1/images/{mine}/sidecar", rated).StatusAsync(HttpStatusCode.OK);
        (await server.Admin.GetAsync($"/api/v1/images/{mine}").JsonAsync()).GetProperty("rating").GetInt32().ShouldBe(2);
        await DescribeAsync(others).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await server.Admin.SetMembersAsync(group);
        await DescribeAsync(mine).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        Task<HttpResponseMessage> DescribeAsync(Guid image) => client.PutAsJsonAsync($"/api/v1/images/{image}/sidecar", new { description = "By the sea" });
    }

    private static string Members(Guid group) => $"/api/v1/groups/{group}/members";

    private static string[] Addresses(Guid group, Guid image) =>
    [
        $"/api/v1/groups/{group}", $"/api/v1/groups/{group}/images", $"/api/v1/groups/{group}/images/one.jpg", $"/api/v1/groups/{group}/archive", $"/api/v1/images/{image}",
        .. ((string[])["low", "medium", "high", "large", "full"]).SelectMany(size => new[] { $"/api/v1/images/{image}/{size}", $"/api/v1/images/{image}/{size}?r=1" }),
        $"/api/v1/images/{image}/full?format=jpeg",
    ];

    private HttpClient BrowserOf(HttpClient client)
    {
        var browser = server.NewClient();
        browser.DefaultRequestHeaders.Add("Cookie", $"imagehub_access={client.DefaultRequestHeaders.Authorization!.Parameter}");
        return browser;
    }

    private async Task<(Guid Group, Guid Image)> HiddenAsync(string title, string[]? tags = null)
    {
        var group = await server.Admin.CreateGroupAsync(title, isPublished: false);
        var image = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 1));
        if (tags is not null)
        {
            await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { tags }).StatusAsync(HttpStatusCode.OK);
        }

        return (group, image);
    }

    private async Task<(Guid Id, HttpClient Client)> SignedInAsync(Guid? tierId = null)
    {
        var name = $"member-{Interlocked.Increment(ref made)}";
        return (await server.Admin.CreateUserAsync(name, tierId), await server.SignInAsync(name, ImageHubServer.UserPassword));
    }
}
