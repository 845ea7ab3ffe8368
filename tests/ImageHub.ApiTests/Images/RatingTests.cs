using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Images;

/// <summary>Ratings and times taken that admins set.</summary>
public sealed class RatingTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static int seed = 71_000;

    [Fact]
    public async Task A_rating_is_set_and_cleared_and_only_admins_see_it()
    {
        var (_, images) = await MakeAsync(1);
        (await PatchAsync(images[0], """{"rating":5}""")).GetProperty("rating").GetInt32().ShouldBe(5);
        (await PatchAsync(images[0], """{"title":"Kept"}""")).GetProperty("rating").GetInt32().ShouldBe(5);
        (await server.Visitor.GetAsync($"/api/v1/images/{images[0]}").JsonAsync()).TryGetProperty("rating", out _).ShouldBeFalse();
        (await PatchAsync(images[0], """{"rating":null}""")).GetProperty("rating").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("2026-05-01T12:34:56", "2026-05-01T12:34:56")]
    [InlineData("2026-05-01T12:34", "2026-05-01T12:34:00")]
    [InlineData("2026-05-01T12:34:56.789", "2026-05-01T12:34:56")]
    [InlineData("2026-05-01T12:34:56+02:00", "2026-05-01T12:34:56+02:00")]
    [InlineData("2026-05-01T12:34:56-09:30", "2026-05-01T12:34:56-09:30")]
    [InlineData("2026-05-01T12:34:56Z", "2026-05-01T12:34:56+00:00")]
    [InlineData("1826-01-01T00:00:00+14:00", "1826-01-01T00:00:00+14:00")]
    public async Task The_time_taken_is_the_cameras_local_time(string sent, string kept)
    {
        var (_, images) = await MakeAsync(1);
        (await PatchAsync(images[0], JsonSerializer.Serialize(new { takenAt = sent }))).Text("takenAt").ShouldBe(kept);
    }

    [Fact]
    public async Task A_time_taken_changes_the_order_and_the_months_and_can_be_cleared()
    {
        var (group, images) = await MakeAsync(2);
        var before = (await server.Visitor.GetAsync($"/api/v1/images/{images[0]}").JsonAsync()).Text("takenAt");
        before.ShouldBeNull();
        await PatchAsync(images[0], """{"takenAt":"1999-01-02T03:04:05"}""");
        await PatchAsync(images[1], """{"takenAt":"1998-01-02T03:04:05+01:00"}""");

        (await ListAsync($"groupId={group}&sort=takenAt")).ShouldBe([images[1], images[0]]);
        (await ListAsync($"groupId={group}&takenFrom=1999-01-01&takenTo=1999-02-01")).ShouldBe([images[0]]);
        (await server.Admin.GetAsync("/api/v1/images/months").JsonAsync()).ToString().ShouldContain("1999-01");

        (await PatchAsync(images[0], """{"takenAt":null}""")).GetProperty("takenAt").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ListAsync($"groupId={group}&sort=-takenAt")).ShouldBe([images[0], images[1]]);
    }

    [Theory]
    [InlineData("""{"rating":0}""", "rating")]
    [InlineData("""{"rating":6}""", "rating")]
    [InlineData("""{"rating":"5"}""", "rating")]
    [InlineData("""{"takenAt":"yesterday"}""", "takenAt")]
    [InlineData("""{"takenAt":"2026-05-01"}""", "takenAt")]
    [InlineData("""{"takenAt":"2026-02-30T10:00:00"}""", "takenAt")]
    [InlineData("""{"takenAt":"1825-05-01T10:00:00"}""", "takenAt")]
    [InlineData("""{"takenAt":"2101-05-01T10:00:00"}""", "takenAt")]
    [InlineData("""{"takenAt":"2026-05-01T10:00:00+15:00"}""", "takenAt")]
    [InlineData("""{"takenAt":"2026-05-01T10:00:00\n"}""", "takenAt")]
    public async Task An_invalid_value_is_refused(string body, string field)
    {
        var (_, images) = await MakeAsync(1);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await server.Admin.PatchAsync($"/api/v1/images/{images[0]}", content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Several_images_are_rated_and_their_times_are_shifted_at_once()
    {
        var (group, images) = await MakeAsync(3);
        await PatchAsync(images[0], """{"takenAt":"2026-05-01T23:30:00+02:00"}""");
        await PatchAsync(images[1], """{"takenAt":"2100-12-31T23:30:00"}""");
        var unchanged = (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt");

        var items = await EditAsync(new { ids = images, rating = 4, shiftTakenAtSeconds = 3_600 });

        items.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([204, 400, 204]);
        items[1].Text("error")!.ShouldContain("2.jpg");
        var read = await Task.WhenAll(images.Select(image => server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()));
        read.Select(image => image.Text("takenAt")).ShouldBe(["2026-05-02T00:30:00+02:00", "2100-12-31T23:30:00", null]);
        read.Select(image => image.GetProperty("rating").ValueKind).ShouldBe([JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.Number]);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).Text("updatedAt").ShouldNotBe(unchanged);

        await EditAsync(new { ids = images, rating = (int?)null, shiftTakenAtSeconds = -3_600 });
        (await server.Admin.GetAsync($"/api/v1/images/{images[0]}").JsonAsync()).Text("takenAt").ShouldBe("2026-05-01T23:30:00+02:00");
    }

    [Theory]
    [InlineData("""{"action":"edit","rating":6}""", "rating")]
    [InlineData("""{"action":"edit","shiftTakenAtSeconds":316224001}""", "shiftTakenAtSeconds")]
    [InlineData("""{"action":"edit","shiftTakenAtSeconds":1.5}""", "shiftTakenAtSeconds")]
    [InlineData("""{"action":"delete","rating":5}""", "action")]
    [InlineData("""{"action":"delete","shiftTakenAtSeconds":5}""", "action")]
    public async Task An_invalid_bulk_edit_is_refused(string json, string field)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        body["ids"] = JsonSerializer.SerializeToElement(new[] { Guid.CreateVersion7() });
        var problem = await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", body).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldContain(field);
    }

    [Fact]
    public async Task Admins_filter_and_sort_by_rating()
    {
        var (group, images) = await MakeAsync(5);
        foreach (var (image, rating) in images.Zip([2, 5, 3, 5]))
        {
            await PatchAsync(image, JsonSerializer.Serialize(new { rating }));
        }

        (await ListAsync($"groupId={group}&rating=3&sort=createdAt")).ShouldBe([images[1], images[2], images[3]]);
        (await ListAsync($"groupId={group}&sort=rating")).ShouldBe([images[4], images[0], images[2], images[1], images[3]]);
        (await ListAsync($"groupId={group}&sort=-rating&rating=3")).ShouldBe([images[3], images[1], images[2]]);

        // Following the cursors returns each image once, in order.
        var followed = new List<Guid>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await server.Admin.GetAsync($"/api/v1/images?groupId={group}&sort=-rating&pageSize=2&cursor={cursor}").JsonAsync();
            followed.AddRange(page.Items().Select(item => item.Id()));
            cursor = page.Text("nextCursor");
        }

        followed.ShouldBe([images[3], images[1], images[2], images[0], images[4]]);
    }

    [Fact]
    public async Task Lists_have_ratings_for_admins_only()
    {
        var (group, images) = await MakeAsync(2);
        await PatchAsync(images[0], """{"rating":4}""");
        string[] lists = [$"/api/v1/groups/{group}/images", $"/api/v1/groups/{group}/images?pageSize=1", $"/api/v1/images?groupId={group}&sort=createdAt", $"/api/v1/images?groupId={group}&sort=takenAt"];
        foreach (var list in lists)
        {
            var items = (await server.Admin.GetAsync(list).JsonAsync()).Items().ToDictionary(item => item.Id(), item => item.GetProperty("rating"));
            items[images[0]].GetInt32().ShouldBe(4);
            items.Where(item => item.Key != images[0]).Select(item => item.Value.ValueKind).ShouldAllBe(kind => kind == JsonValueKind.Null);
            foreach (var client in new[] { server.Visitor, server.WithKey(await server.Admin.CreateKeyAsync("read")) })
            {
                var seen = (await client.GetAsync(list).JsonAsync()).Items().ToList();
                seen.ShouldNotBeEmpty();
                seen.ShouldAllBe(item => item.EnumerateObject().All(field => field.Name != "rating"));
            }
        }
    }

    [Theory]
    [InlineData("rating=3", "rating")]
    [InlineData("sort=rating", "sort")]
    [InlineData("sort=-rating", "sort")]
    public async Task Only_admins_filter_and_sort_by_rating(string query, string field)
    {
        var key = server.WithKey(await server.Admin.CreateKeyAsync("read"));
        foreach (var client in new[] { server.Visitor, key })
        {
            var problem = await client.GetAsync($"/api/v1/images?{query}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();
        }

        await server.Admin.GetAsync("/api/v1/images?rating=6").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Theory]
    [InlineData("-rating", false, "ix_images_live_rating")]
    [InlineData("rating", true, "ix_images_live_rating")]
    [InlineData("-createdAt", true, "ix_images_rated_created_at")]
    public async Task A_page_by_rating_is_read_from_an_index_in_its_order(string sort, bool isFiltered, string index)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var images = scope.ServiceProvider.GetRequiredService<IImageHubDb>().Images.Where(image => image.DeletedAt == null);
        images = isFiltered ? images.Where(image => image.Rating >= 3 && (image.Rating ?? 0) >= 3) : images;
        var statement = ImageOrders.Find(sort)!.Sort(images).ToQueryString();

        var plan = (string)(await server.SqlAsync($"SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN (FORMAT JSON) {statement} LIMIT 13"))!;

        plan.ShouldContain(index);
        plan.ShouldNotContain("Sort Key");
    }

    private static int NextSeed() => Interlocked.Increment(ref seed);

    private async Task<(Guid Group, Guid[] Images)> MakeAsync(int count)
    {
        var group = await server.Admin.CreateGroupAsync();
        var images = new List<Guid>();
        for (var number = 1; number <= count; number++)
        {
            images.Add(await server.Admin.AddImageAsync(group, $"{number}.jpg", TestImages.Jpeg(64, 48, NextSeed())));
        }

        return (group, [.. images]);
    }

    private Task<JsonElement> PatchAsync(Guid image, string body) =>
        server.Admin.PatchAsync($"/api/v1/images/{image}", new StringContent(body, System.Text.Encoding.UTF8, "application/json")).JsonAsync();

    private async Task<List<Guid>> ListAsync(string query) => [.. (await server.Admin.GetAsync($"/api/v1/images?{query}").JsonAsync()).Items().Select(item => item.Id())];

    private async Task<List<JsonElement>> EditAsync(object edit)
    {
        var body = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(JsonSerializer.SerializeToUtf8Bytes(edit))!;
        body["action"] = JsonSerializer.SerializeToElement("edit");
        return [.. (await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", body).JsonAsync()).Items()];
    }
}
