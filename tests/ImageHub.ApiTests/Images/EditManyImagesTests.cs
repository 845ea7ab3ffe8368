using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Images;

/// <summary>Editing titles, descriptions and tags of several images at once.</summary>
public sealed class EditManyImagesTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static int seed = 40_000;

    [Fact]
    public async Task Titles_are_numbered_in_the_order_of_the_ids_and_an_empty_title_clears_it()
    {
        var (group, images) = await MakeAsync(12);
        Guid[] ids = [.. images.Reverse()];

        (await EditAsync(new { ids, title = "Harbour {n}, {n}", description = "Seen\nfrom the quay" })).ShouldAllBe(item => item.GetProperty("status").GetInt32() == 204);

        (await TitlesAsync(group)).ShouldBe(Enumerable.Range(1, 12).Reverse().Select(number => $"Harbour {number}, {number}"));
        (await ListAsync(group)).ShouldAllBe(image => image.Text("description") == "Seen\nfrom the quay");

        // Absent fields are unchanged.
        await EditAsync(new { ids = images[..2], title = "" });
        (await TitlesAsync(group))[..3].ShouldBe([null, null, "Harbour 10, 10"]);
        (await ListAsync(group)).ShouldAllBe(image => image.Text("description") == "Seen\nfrom the quay");
        await EditAsync(new { ids = images[2..3], title = (string?)null });
        (await TitlesAsync(group))[..4].ShouldBe([null, null, null, "Harbour 9, 9"]);
        await EditAsync(new { ids = images[..6], description = "" });
        await EditAsync(new { ids = images[6..], description = (string?)null });
        (await ListAsync(group)).ShouldAllBe(image => image.Text("description") == null);

        // The search uses the new title.
        (await server.Visitor.GetAsync($"/api/v1/images?groupId={group}&q=harbour+1").JsonAsync()).Items().Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_numbering_of_titles_continues_across_several_requests()
    {
        var (group, images) = await MakeAsync(3);

        await EditAsync(new { ids = images[..2], title = "Harbour {n}", firstNumber = 1 });
        await EditAsync(new { ids = images[2..], title = "Harbour {n}", firstNumber = 1_001 });

        (await TitlesAsync(group)).ShouldBe(["Harbour 1", "Harbour 2", "Harbour 1001"]);

        // The length limit applies to the title with the highest number.
        var title = new string('x', 197) + "{n}";
        await EditAsync(new { ids = images, title, firstNumber = 997 });
        await RefusedAsync(new { action = "edit", ids = images, title, firstNumber = 998 }, "title");
    }

    [Fact]
    public async Task New_tags_are_appended_to_the_existing_tags_and_each_tag_is_added_or_removed_once()
    {
        var (group, images) = await MakeAsync(3);
        await TagAsync(images[0], "sea", "boat");
        await TagAsync(images[1], "boat");

        await EditAsync(new { ids = images, addTags = new[] { " harbour ", "sea" }, removeTags = new[] { "boat", "unknown" } });
        (await ListAsync(group)).Select(TagsOf).ShouldBe(["sea,harbour", "harbour,sea", "harbour,sea"]);

        // A tag that is both added and removed is added; NFC makes two spellings equal.
        await EditAsync(new { ids = images, addTags = new[] { "cafe\u0301", "sea" }, removeTags = new[] { "sea" } });
        await EditAsync(new { ids = images, removeTags = new[] { "caf\u00e9" } });
        (await ListAsync(group)).Select(TagsOf).ShouldBe(["harbour,sea", "harbour,sea", "harbour,sea"]);
        (await server.Visitor.GetAsync($"/api/v1/images?groupId={group}&tag=harbour").JsonAsync()).Items().Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_image_that_cannot_be_edited_is_reported_and_the_other_images_are_edited()
    {
        var (group, images) = await MakeAsync(4);
        var unknown = Guid.CreateVersion7();
        await TagAsync(images[1], [.. Enumerable.Range(1, 50).Select(number => $"tag {number}")]);
        await server.Admin.DeleteAsync($"/api/v1/images/{images[2]}").StatusAsync(HttpStatusCode.NoContent);

        var items = await EditAsync(new { ids = new[] { images[0], images[1], images[2], unknown, images[3] }, title = "No {n}", addTags = new[] { "one more" } });

        items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([204, 400, 404, 404, 204]);
        items[1].Text("error").ShouldBe("'2.jpg' would have 51 tags; at most 50 are allowed.");
        (await TitlesAsync(group)).ShouldBe(["No 1", null, "No 5"]);
        TagsOf((await ListAsync(group))[1]).ShouldNotContain("one more");
    }

    [Fact]
    public async Task The_change_time_of_a_group_is_updated_only_when_one_of_its_images_changes()
    {
        var (group, images) = await MakeAsync(2);
        var (other, others) = await MakeAsync(2);
        await EditAsync(new { ids = images, title = "Same", addTags = new[] { "same" } });
        var (before, otherBefore) = (await UpdatedAsync(group), await UpdatedAsync(other));

        await EditAsync(new { ids = images.Concat(others), title = "Same", addTags = new[] { "same" } });

        (await UpdatedAsync(group)).ShouldBe(before);
        (await UpdatedAsync(other)).ShouldNotBe(otherBefore);
    }

    [Theory]
    [InlineData("""{"action":"edit"}""", "action")]
    [InlineData("""{"action":"delete","title":"x"}""", "action")]
    [InlineData("""{"action":"move","groupId":"01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80","addTags":["x"]}""", "action")]
    [InlineData("""{"action":"edit","addTags":[" "]}""", "addTags")]
    [InlineData("""{"action":"edit","removeTags":[null]}""", "removeTags")]
    [InlineData("""{"action":"edit","title":"a\u0000"}""", "title")]
    [InlineData("""{"action":"edit","title":"x","firstNumber":0}""", "firstNumber")]
    [InlineData("""{"action":"edit","title":"x","firstNumber":1000001}""", "firstNumber")]
    [InlineData("""{"action":"delete","firstNumber":1}""", "firstNumber")]
    [InlineData("""{"action":"edit","firstNumber":1}""", "action")]
    [InlineData("""{"action":"edit","title":"x","groupId":"01980f3a-7c1e-7a52-9d35-2f4b8c6d7e80"}""", "groupId")]
    public async Task An_invalid_value_is_400_and_names_the_field(string json, string field)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        body["ids"] = JsonSerializer.SerializeToElement(new[] { Guid.CreateVersion7() });
        await RefusedAsync(body, field);
    }

    [Fact]
    public async Task Length_limits_apply_to_the_numbered_titles()
    {
        var (group, images) = await MakeAsync(10);
        var title = new string('x', 197) + "{n}";

        await RefusedAsync(new { action = "edit", ids = images, title = "x" + title }, "title");
        await RefusedAsync(new { action = "edit", ids = Enumerable.Range(0, 1_000).Select(_ => Guid.CreateVersion7()), title }, "title");
        await EditAsync(new { ids = images, title });
        (await TitlesAsync(group))[^1].ShouldBe(title.Replace("{n}", "10", StringComparison.Ordinal));
        await RefusedAsync(new { action = "edit", ids = images, description = new string('x', 10_001) }, "description");
        await RefusedAsync(new { action = "edit", ids = images, addTags = Enumerable.Range(1, 51).Select(number => $"{number}") }, "addTags");
    }

    private async Task RefusedAsync(object body, string field)
    {
        var problem = await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
    }

    private async Task<IReadOnlyList<JsonElement>> EditAsync(object edits)
    {
        var body = JsonSerializer.SerializeToNode(edits)!.AsObject();
        body["action"] = "edit";
        return (await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", body).JsonAsync()).Items();
    }

    private async Task<(Guid Group, Guid[] Images)> MakeAsync(int count)
    {
        var group = await server.Admin.CreateGroupAsync("Many");
        var files = Enumerable.Range(1, count).Select(number => ($"{number}.jpg", TestImages.Jpeg(32, 24, Interlocked.Increment(ref seed)))).ToArray();
        await server.Admin.PostImagesAsync(group, files).StatusAsync(HttpStatusCode.Created);
        return (group, [.. (await ListAsync(group)).Select(image => image.Id())]);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(Guid group) => (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items();

    private async Task<string?[]> TitlesAsync(Guid group) => [.. (await ListAsync(group)).Select(image => image.Text("title"))];

    private async Task<string?> UpdatedAsync(Guid group) => (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt");

    private Task TagAsync(Guid image, params string[] tags) => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { tags }).StatusAsync(HttpStatusCode.OK);

    private static string TagsOf(JsonElement image) => string.Join(',', image.Items("tags").Select(tag => tag.GetString()));
}
