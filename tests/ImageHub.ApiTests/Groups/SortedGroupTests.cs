using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Groups;

/// <summary>Requests that sort a group's images once. Images that are added later follow at the end.</summary>
public sealed class SortedGroupTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private Guid group;
    private int added;

    public async ValueTask InitializeAsync() => group = await server.Admin.CreateGroupAsync("Sorted");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Images_are_sorted_by_the_time_taken_and_equal_ones_by_name()
    {
        await AddAsync("d.png", "2026-01-02 10:00");
        await AddAsync("c.png", "2026-01-01 10:00");
        await AddAsync("b.png", "2026-01-02 10:00");
        await AddAsync("a.png", taken: null); // Without a time taken, the time of the upload counts, which is later.

        await SortAsync(new { by = "takenAt" });
        (await NamesAsync()).ShouldBe(["c.png", "b.png", "d.png", "a.png"]);

        await SortAsync(new { by = "takenAt", descending = true });
        (await NamesAsync()).ShouldBe(["a.png", "b.png", "d.png", "c.png"]);
    }

    [Fact]
    public async Task Images_are_sorted_by_name_in_any_case_with_numbers_by_their_value()
    {
        string[] sorted = ["1-2.png", "1-10.png", "Alster 9.png", "alster 010.png", "Alster 10.png", "b.png", "IMG_0002.png", "img_00010.png", "IMG_99999999999999999999999.png"];
        foreach (var name in sorted.Reverse())
        {
            await AddAsync(name);
        }

        await SortAsync(new { by = "fileName" });
        (await NamesAsync()).ShouldBe(["1-2.png", "1-10.png", "Alster 9.png", "Alster 10.png", "alster 010.png", "b.png", "IMG_0002.png", "img_00010.png", "IMG_99999999999999999999999.png"]);

        await SortAsync(new { by = "fileName", descending = true });
        (await NamesAsync()).ShouldBe(["IMG_99999999999999999999999.png", "img_00010.png", "IMG_0002.png", "b.png", "Alster 10.png", "alster 010.png", "Alster 9.png", "1-10.png", "1-2.png"]);
    }

    [Fact]
    public async Task Images_are_sorted_by_the_time_of_the_upload_and_later_ones_follow()
    {
        await AddAsync("b.png");
        await AddAsync("c.png");
        await AddAsync("a.png");

        await SortAsync(new { by = "createdAt", descending = true });
        (await NamesAsync()).ShouldBe(["a.png", "c.png", "b.png"]);

        await AddAsync("new.png");
        (await NamesAsync()).ShouldBe(["a.png", "c.png", "b.png", "new.png"]);
        await SortAsync(new { by = "createdAt" });
        (await NamesAsync()).ShouldBe(["b.png", "c.png", "a.png", "new.png"]);
    }

    [Fact]
    public async Task Files_of_an_unfinished_upload_keep_their_places()
    {
        await AddAsync("d.png");
        var (first, second, third) = (TestImages.Png(8, 8, seed: 7_401), TestImages.Png(9, 8, seed: 7_402), TestImages.Png(10, 8, seed: 7_403));
        var (_, urls) = await server.Admin.AnnounceAsync(group, [("c.png", first), ("late.png", second), ("b.png", third)]);
        await server.Admin.TusPatchAsync(urls[0], 0, first).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.TusPatchAsync(urls[2], 0, third).StatusAsync(HttpStatusCode.NoContent);
        await AddAsync("a.png");
        (await NamesAsync()).ShouldBe(["d.png", "c.png", "b.png", "a.png"]);

        await SortAsync(new { by = "fileName" });
        (await NamesAsync()).ShouldBe(["a.png", "b.png", "c.png", "d.png"]);

        // The missing file was the third of five.
        await server.Admin.TusPatchAsync(urls[1], 0, second).StatusAsync(HttpStatusCode.NoContent);
        (await NamesAsync()).ShouldBe(["a.png", "b.png", "late.png", "c.png", "d.png"]);
    }

    [Fact]
    public async Task Sorting_changes_only_its_group_and_is_seen_by_visitors_at_once()
    {
        var other = await server.Admin.CreateGroupAsync("Unsorted");
        foreach (var name in (string[])["2.png", "1.png"])
        {
            await server.Admin.AddImageAsync(other, name, TestImages.Png(8, 8, seed: name[0]));
            await AddAsync(name);
        }

        (await NamesAsync()).ShouldBe(["2.png", "1.png"]);
        var before = await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync();

        await SortAsync(new { by = "fileName" });

        (await NamesAsync()).ShouldBe(["1.png", "2.png"]);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt").ShouldNotBe(before.Text("updatedAt"));
        (await server.Visitor.GetAsync($"/api/v1/groups/{other}/images").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(["2.png", "1.png"]);
    }

    [Theory]
    [InlineData("""{}""", "by")]
    [InlineData("""{"by":null}""", "by")]
    [InlineData("""{"by":"size"}""", "by")]
    [InlineData("""{"by":1}""", "by")]
    [InlineData("""{"by":"takenAt","descending":"yes"}""", "descending")]
    [InlineData("""{"by":"takenAt","ascending":true}""", "ascending")]
    public async Task An_invalid_order_is_refused_with_the_name_of_the_field(string json, string field)
    {
        var problem = await server.Admin.PostAsync($"/api/v1/groups/{group}/order", new StringContent(json, System.Text.Encoding.UTF8, "application/json")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    private Task SortAsync(object body) => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/order", body).StatusAsync(HttpStatusCode.NoContent);

    private async Task AddAsync(string name, string? taken = null)
    {
        var id = await server.Admin.AddImageAsync(group, name, TestImages.Png(20 + ++added, 8, seed: 7_410));
        if (taken is not null)
        {
            await server.SqlAsync($"UPDATE images SET taken_at = '{taken}', taken_or_created_at = '{taken}' WHERE id = '{id}'");
        }
    }

    private async Task<IEnumerable<string?>> NamesAsync() =>
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items().Select(image => image.Text("fileName"));
}
