using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

public sealed class ImageTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static int seed = 1_000;

    [Fact]
    public async Task A_list_is_filtered_by_group_tags_format_hash_and_time()
    {
        var (group, images) = await MakeAsync("a.jpg", "b.png", "c.png");
        await PatchAsync(images[0], """{"tags":["sea","harbour"]}""").StatusAsync(HttpStatusCode.OK);
        await PatchAsync(images[1], """{"tags":["sea"]}""").StatusAsync(HttpStatusCode.OK);
        var sha256 = (await server.Visitor.GetAsync($"/api/v1/images/{images[2]}").JsonAsync()).Text("sha256");
        var createdAt = (await server.Visitor.GetAsync($"/api/v1/images/{images[1]}").JsonAsync()).Text("createdAt");

        (await ListAsync("")).ShouldBe(images);
        (await ListAsync("&tag=sea")).ShouldBe([images[0], images[1]]);
        (await ListAsync("&tag=sea&tag=harbour")).ShouldBe([images[0]]);
        (await ListAsync("&tag=se")).ShouldBeEmpty();
        (await ListAsync("&format=png")).ShouldBe([images[1], images[2]]);
        (await ListAsync($"&sha256={sha256!.ToUpperInvariant()}")).ShouldBe([images[2]]);
        (await ListAsync($"&from={Uri.EscapeDataString(createdAt!)}")).ShouldBe([images[1], images[2]]);
        (await ListAsync($"&to={Uri.EscapeDataString(createdAt!)}")).ShouldBe([images[0]]);
        (await ListAsync("&sort=-position")).ShouldBe(images.Reverse());

        async Task<Guid[]> ListAsync(string filter) =>
            [.. (await server.Visitor.GetAsync($"/api/v1/images?groupId={group}{filter}").JsonAsync()).Items().Select(item => item.Id())];
    }

    [Fact]
    public async Task An_image_is_found_by_part_of_its_title_name_or_tag_in_any_case()
    {
        var (group, images) = await MakeAsync("Über-Name.jpg", "b.png", "c.png");
        await PatchAsync(images[1], """{"title":"Der ÜBERBLICK"}""").StatusAsync(HttpStatusCode.OK);
        await PatchAsync(images[2], """{"tags":["rüber"]}""").StatusAsync(HttpStatusCode.OK);

        (await FindAsync("über")).ShouldBe(images);
        (await FindAsync("blick")).ShouldBe([images[1]]);
        (await FindAsync("%")).ShouldBeEmpty();

        async Task<Guid[]> FindAsync(string q) =>
            [.. (await server.Visitor.GetAsync($"/api/v1/images?groupId={group}&q={Uri.EscapeDataString(q)}").JsonAsync()).Items().Select(item => item.Id())];
    }

    [Theory]
    [InlineData("groupId=x", "groupId")]
    [InlineData("format=bmp", "format")]
    [InlineData("sha256=abc", "sha256")]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z", "to")]
    [InlineData("sort=name", "sort")]
    [InlineData("tag=", "tag")]
    [InlineData("limit=x", "limit")]
    public async Task A_wrong_filter_names_the_field(string query, string field)
    {
        var problem = await server.Visitor.GetAsync($"/api/v1/images?{query}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name.Split('[')[0]).ShouldBe([field]);
    }

    [Fact]
    public async Task Details_list_the_known_facts_and_show_the_location_to_admins_only()
    {
        var (group, images) = await MakeAsync("x.jpg");

        var seen = await server.Visitor.GetAsync($"/api/v1/images/{images[0]}").JsonAsync();
        seen.TryGetProperty("location", out _).ShouldBeFalse();
        seen.Id("groupId").ShouldBe(group);
        seen.Text("sha256")!.Length.ShouldBe(64);
        seen.Text("format").ShouldBe("jpeg");
        seen.GetProperty("takenAt").ValueKind.ShouldBe(JsonValueKind.Null);
        seen.GetProperty("camera").ValueKind.ShouldBe(JsonValueKind.Null);
        seen.GetProperty("exposure").ValueKind.ShouldBe(JsonValueKind.Null);
        (await server.Admin.GetAsync($"/api/v1/images/{images[0]}").JsonAsync()).GetProperty("location").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Details_show_the_exposure_that_the_camera_recorded()
    {
        var group = await server.Admin.CreateGroupAsync();
        var exposed = await server.Admin.AddImageAsync(group, "exposed.jpg", MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.ExposedExif()));
        var partly = MetadataFixtures.PlainExif() with { FurtherExif = [(0x8827, 3, [0, 200])] };
        var other = await server.Admin.AddImageAsync(group, "partly.png", MetadataFixtures.Embed(ImageFormat.Png, partly));

        (await ExposureAsync(exposed)).ShouldBe("""{"lens":"EF24-105mm f/4L IS USM","focalLengthMm":35,"fNumber":5.6,"seconds":0.004,"iso":100}""");
        (await ExposureAsync(other)).ShouldBe("""{"lens":null,"focalLengthMm":null,"fNumber":null,"seconds":null,"iso":200}""");

        async Task<string> ExposureAsync(Guid id) => (await server.Visitor.GetAsync($"/api/v1/images/{id}").JsonAsync()).GetProperty("exposure").GetRawText();
    }

    [Fact]
    public async Task A_patch_sets_the_given_fields_clears_null_fields_and_leaves_the_rest()
    {
        var (_, images) = await MakeAsync("a.jpg", "b.jpg");

        var changed = await PatchAsync(images[0], """{"title":" Dawn ","description":"Text","tags":["sea","sea "," boat"],"fileName":"../new\u202E.jpg"}""").JsonAsync();
        changed.Text("title").ShouldBe("Dawn");
        changed.Text("fileName").ShouldBe("new.jpg");
        changed.Items("tags").Select(tag => tag.GetString()).ShouldBe(["sea", "boat"]);

        var cleared = await PatchAsync(images[0], """{"title":null,"tags":null}""").JsonAsync();
        cleared.GetProperty("title").ValueKind.ShouldBe(JsonValueKind.Null);
        cleared.Items("tags").ShouldBeEmpty();
        cleared.Text("description").ShouldBe("Text");

        await PatchAsync(images[0], """{"fileName":"b.jpg"}""").ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
    }

    [Theory]
    [InlineData("""{"fileName":null}""", "fileName")]
    [InlineData("""{"fileName":""}""", "fileName")]
    [InlineData("""{"groupId":null}""", "groupId")]
    [InlineData("""{"groupId":"01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"}""", "groupId")]
    [InlineData("""{"tags":[""]}""", "tags")]
    [InlineData("""{"tags":[null]}""", "tags")]
    [InlineData("""{"tags":"sea"}""", "tags")]
    [InlineData("""{"width":5}""", "width")]
    [InlineData("""{"id":"01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"}""", "id")]
    public async Task An_invalid_patch_is_refused_with_the_name_of_the_field(string json, string field)
    {
        var (_, images) = await MakeAsync("a.jpg");

        var problem = await PatchAsync(images[0], json).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task A_moved_image_is_last_in_its_new_group_and_takes_the_groups_visibility()
    {
        var (from, images) = await MakeAsync("a.jpg", "b.jpg");
        var hidden = await server.Admin.CreateGroupAsync("Hidden", isPublished: false);
        await server.Admin.AddImageAsync(hidden, "first.jpg", TestImages.Jpeg(seed: seed++));

        (await PatchAsync(images[0], $$"""{"groupId":"{{hidden}}"}""").JsonAsync()).Id("groupId").ShouldBe(hidden);

        (await NamesAsync(hidden)).ShouldBe(["first.jpg", "a.jpg"]);
        (await NamesAsync(from)).ShouldBe(["b.jpg"]);
        (await CountAsync(hidden), await CountAsync(from)).ShouldBe((2, 1));
        await server.Visitor.GetAsync($"/api/v1/images/{images[0]}/low").StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_move_with_a_new_name_checks_the_name_in_the_target_group()
    {
        var (_, images) = await MakeAsync("a.jpg", "taken-here.jpg");
        var target = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(target, "a.jpg", TestImages.Jpeg(seed: seed++));

        await PatchAsync(images[0], $$"""{"groupId":"{{target}}"}""").ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        (await PatchAsync(images[0], $$"""{"groupId":"{{target}}","fileName":"taken-here.jpg"}""").JsonAsync()).Text("fileName").ShouldBe("taken-here.jpg");
        (await NamesAsync(target)).ShouldBe(["a.jpg", "taken-here.jpg"]);
    }

    [Fact]
    public async Task A_deleted_image_is_gone_at_once_is_no_duplicate_and_is_restored_to_its_position()
    {
        var (group, images) = await MakeAsync("a.jpg", "b.jpg", "c.jpg");
        var content = await server.Admin.GetByteArrayAsync($"/api/v1/images/{images[1]}/full");

        await server.Admin.DeleteAsync($"/api/v1/images/{images[1]}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/images/{images[1]}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.GetAsync($"/api/v1/images/{images[1]}").StatusAsync(HttpStatusCode.NotFound);
        await server.Visitor.GetAsync($"/api/v1/images/{images[1]}/full").StatusAsync(HttpStatusCode.NotFound);
        (await CountAsync(group)).ShouldBe(2);

        var same = await server.Admin.AddImageAsync(group, "same.jpg", content);
        await RestoreAsync(images[1]).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
        await server.Admin.DeleteAsync($"/api/v1/images/{same}").StatusAsync(HttpStatusCode.NoContent);
        var named = await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(seed: seed++));
        await RestoreAsync(images[1]).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        await server.Admin.DeleteAsync($"/api/v1/images/{named}").StatusAsync(HttpStatusCode.NoContent);

        await RestoreAsync(images[1]).StatusAsync(HttpStatusCode.NoContent);
        await RestoreAsync(images[1]).ProblemAsync(HttpStatusCode.NotFound, "notInTrash");
        (await NamesAsync(group)).ShouldBe(["a.jpg", "b.jpg", "c.jpg"]);
        (await CountAsync(group)).ShouldBe(3);
    }

    [Fact]
    public async Task Trashing_a_group_trashes_its_images_and_restoring_it_restores_only_those()
    {
        var (group, images) = await MakeAsync("a.jpg", "b.jpg");
        await server.Admin.DeleteAsync($"/api/v1/images/{images[0]}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.GetAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.GetAsync($"/api/v1/images/{images[1]}/low").StatusAsync(HttpStatusCode.NotFound);
        await RestoreAsync(images[0]).ProblemAsync(HttpStatusCode.Conflict, "groupInTrash");

        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        (await NamesAsync(group)).ShouldBe(["b.jpg"]);
        await RestoreAsync(images[0]).StatusAsync(HttpStatusCode.NoContent);
        (await NamesAsync(group)).ShouldBe(["a.jpg", "b.jpg"]);
    }

    [Fact]
    public async Task An_image_restored_into_a_group_hidden_since_is_hidden()
    {
        var (group, images) = await MakeAsync("a.jpg");
        await server.Admin.DeleteAsync($"/api/v1/images/{images[0]}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.PatchAsync($"/api/v1/groups/{group}", Json("""{"isPublished":false}""")).StatusAsync(HttpStatusCode.OK);
        await RestoreAsync(images[0]).StatusAsync(HttpStatusCode.NoContent);

        await server.Visitor.GetAsync($"/api/v1/images/{images[0]}/low").StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.GetAsync($"/api/v1/images/{images[0]}/low").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_request_changes_many_images_and_reports_a_result_for_each()
    {
        var (group, images) = await MakeAsync("a.jpg", "b.jpg", "c.jpg");
        var target = await server.Admin.CreateGroupAsync("Target");
        await server.Admin.AddImageAsync(target, "b.jpg", TestImages.Jpeg(seed: seed++));
        var stranger = Guid.CreateVersion7();

        (await BulkAsync("move", [images[2], images[1], stranger, images[0]], target)).ShouldBe([(204, null), (409, "duplicateFileName"), (404, "notFound"), (204, null)]);
        (await NamesAsync(target)).ShouldBe(["b.jpg", "c.jpg", "a.jpg"]);
        (await CountAsync(target), await CountAsync(group)).ShouldBe((3, 1));

        (await BulkAsync("purge", [images[0]])).ShouldBe([(404, "notInTrash")]);
        (await BulkAsync("restore", [images[0]])).ShouldBe([(404, "notInTrash")]);
        await RestoreAsync(images[0]).ProblemAsync(HttpStatusCode.NotFound, "notInTrash");
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).ProblemAsync(HttpStatusCode.NotFound, "notInTrash");
        (await BulkAsync("delete", [images[0], images[2], stranger])).ShouldBe([(204, null), (204, null), (404, "notFound")]);
        (await BulkAsync("restore", [images[0]])).ShouldBe([(204, null)]);
        (await BulkAsync("delete", [images[0]])).ShouldBe([(204, null)]);
        (await BulkAsync("purge", [images[0], images[2]])).ShouldBe([(204, null), (204, null)]);
        (await BulkAsync("restore", [images[0]])).ShouldBe([(404, "notFound")]);
        (await CountAsync(target)).ShouldBe(1);
        Directory.EnumerateDirectories(server.DataDirectory, images[0].ToString(), SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_two_equal_images_are_restored_together_only_one_is_restored()
    {
        var group = await server.Admin.CreateGroupAsync();
        var content = TestImages.Jpeg(seed: seed++);
        var first = await server.Admin.AddImageAsync(group, "a.jpg", content);
        await BulkAsync("delete", [first]);
        var second = await server.Admin.AddImageAsync(group, "a.jpg", content);
        await BulkAsync("delete", [second]);

        (await BulkAsync("restore", [first, second])).ShouldBe([(204, null), (409, "duplicateContent")]);
    }

    [Theory]
    [InlineData("""{"action":"explode","ids":["01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"]}""", "action")]
    [InlineData("""{"action":1,"ids":["01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"]}""", "action")]
    [InlineData("""{"action":"delete","ids":[]}""", "ids")]
    [InlineData("""{"action":"delete"}""", "ids")]
    [InlineData("""{"action":"delete","ids":null}""", "ids")]
    [InlineData("""{"action":"move","ids":["01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"]}""", "groupId")]
    [InlineData("""{"action":"move","ids":["01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"],"groupId":"x"}""", "groupId")]
    public async Task An_invalid_bulk_request_is_refused_with_the_name_of_the_field(string json, string field)
    {
        var problem = await server.Admin.PostAsync("/api/v1/images/bulk", Json(json)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private async Task<(Guid Group, Guid[] Images)> MakeAsync(params string[] names)
    {
        var group = await server.Admin.CreateGroupAsync();
        var images = new List<Guid>();
        foreach (var name in names)
        {
            // Upload one by one: images of one request may have the same creation time.
            images.Add(await server.Admin.AddImageAsync(group, name, name.EndsWith("png", StringComparison.Ordinal) ? TestImages.Png(64, 48, seed++) : TestImages.Jpeg(64, 48, seed++)));
        }

        return (group, [.. images]);
    }

    private Task<HttpResponseMessage> PatchAsync(Guid image, string json) => server.Admin.PatchAsync($"/api/v1/images/{image}", Json(json));

    private Task<HttpResponseMessage> RestoreAsync(Guid image) => server.Admin.PostAsync($"/api/v1/images/{image}/restore", null);

    private async Task<string?[]> NamesAsync(Guid group) =>
        [.. (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(item => item.Text("fileName"))];

    private async Task<int> CountAsync(Guid group) => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32();

    private async Task<(int Status, string? Code)[]> BulkAsync(string action, Guid[] ids, Guid? groupId = null)
    {
        var result = await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action, ids, groupId }).JsonAsync();
        result.Items().Select(item => item.Id()).ShouldBe(ids);
        return [.. result.Items().Select(item => (item.GetProperty("status").GetInt32(), item.Text("code")))];
    }
}
