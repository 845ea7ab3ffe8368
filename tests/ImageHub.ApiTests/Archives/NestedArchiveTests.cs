using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Archives;

/// <summary>Archives of a group with groups below it.</summary>
public sealed class NestedArchiveTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid top;
    private Guid middle;
    private Guid inner;

    public async ValueTask InitializeAsync()
    {
        (server, _) = await servers.TakeAsync();
        top = await server.Admin.CreateGroupAsync("Top");
        middle = await AddAsync("Middle", top);
        inner = await AddAsync("a/b: c", middle);
        await server.Admin.AddImageAsync(top, "top.jpg", TestImages.Jpeg(64, 48, seed: 1));
        await server.Admin.AddImageAsync(middle, "middle.jpg", TestImages.Jpeg(64, 48, seed: 2));
        await server.Admin.AddImageAsync(inner, "inner.jpg", TestImages.Jpeg(64, 48, seed: 3));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_groups_below_are_folders_with_names_that_are_safe_and_unique()
    {
        var twin = await AddAsync("middle", top);
        await server.Admin.AddImageAsync(twin, "twin.jpg", TestImages.Jpeg(64, 48, seed: 4));
        var file = await AddAsync("top.jpg", top);
        await server.Admin.AddImageAsync(file, "x.jpg", TestImages.Jpeg(64, 48, seed: 5));
        await AddAsync("Empty", top);

        string[] expected = ["top.jpg", "top.jpg (2)/x.jpg", "middle/twin.jpg", "Middle (2)/middle.jpg", "Middle (2)/a_b_ c/inner.jpg"];
        (await NamesAsync($"/api/v1/groups/{top}/archive")).ShouldBe(expected);
        var made = await CreateAsync(new { });
        made.GetProperty("files").GetInt32().ShouldBe(5);
        (await NamesAsync(made.Text("url")!)).ShouldBe(expected);
        var high = await CreateAsync(new { variant = "high" });
        (await NamesAsync(high.Text("url")!)).ShouldBe(expected);
    }

    [Fact]
    public async Task Visitors_get_the_groups_below_that_they_see_and_may_download_and_admins_get_all()
    {
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{middle}", new { downloads = "high" }).StatusAsync(HttpStatusCode.OK);
        var hidden = await AddAsync("Hidden", top);
        await server.Admin.AddImageAsync(hidden, "hidden.jpg", TestImages.Jpeg(64, 48, seed: 6));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{hidden}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK);

        (await NamesAsync($"/api/v1/groups/{top}/archive")).ShouldBe(["top.jpg", "Middle/a_b_ c/inner.jpg"]);
        (await NamesAsync((await CreateAsync(new { })).Text("url")!)).ShouldBe(["top.jpg", "Middle/a_b_ c/inner.jpg"]);
        (await NamesAsync((await CreateAsync(new { variant = "high" })).Text("url")!)).ShouldBe(["top.jpg", "Middle/middle.jpg", "Middle/a_b_ c/inner.jpg"]);
        string[] all = ["top.jpg", "Hidden/hidden.jpg", "Middle/middle.jpg", "Middle/a_b_ c/inner.jpg"];
        (await NamesAsync($"/api/v1/groups/{top}/archive", server.Admin)).ShouldBe(all);
        var admins = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{top}/archives", new { }).JsonAsync(HttpStatusCode.Created);
        (await NamesAsync(admins.Text("url")!)).ShouldBe(all);
    }

    [Fact]
    public async Task A_link_and_a_selection_have_the_one_group_only()
    {
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{top}/links", new { }).JsonAsync(HttpStatusCode.Created);
        var shared = "/api/v1" + link.Text("url");

        (await NamesAsync($"{shared}/archive")).ShouldBe(["top.jpg"]);
        var made = await server.Visitor.PostAsJsonAsync($"{shared}/archives", new { }).JsonAsync(HttpStatusCode.Created);
        (await NamesAsync(made.Text("url")!)).ShouldBe(["top.jpg"]);
        var ids = (await server.Visitor.GetAsync($"/api/v1/groups/{top}/images").JsonAsync()).Items().Select(item => item.Id()).ToArray();
        (await NamesAsync((await CreateAsync(new { ids })).Text("url")!)).ShouldBe(["top.jpg"]);
        var below = (await server.Visitor.GetAsync($"/api/v1/groups/{middle}/images").JsonAsync()).Items().Select(item => item.Id()).ToArray();
        await server.Visitor.PostAsJsonAsync($"/api/v1/groups/{top}/archives", new { ids = below }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData("""{"isPublished":false}""")]
    [InlineData("""{"downloads":"none"}""")]
    [InlineData("""{"parentId":null}""")]
    public async Task An_archive_ends_when_a_group_below_is_hidden_restricted_or_moved_away(string change)
    {
        var url = (await CreateAsync(new { })).Text("url")!;
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);

        using var body = new StringContent(change, System.Text.Encoding.UTF8, "application/json");
        await server.Admin.PatchAsync($"/api/v1/groups/{middle}", body).StatusAsync(HttpStatusCode.OK);

        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task An_archive_ends_when_a_group_below_is_deleted_but_not_when_another_one_is_added()
    {
        var url = (await CreateAsync(new { })).Text("url")!;
        await AddAsync("New", middle);
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);

        await server.Admin.DeleteAsync($"/api/v1/groups/{inner}").StatusAsync(HttpStatusCode.NoContent);

        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private Task<System.Text.Json.JsonElement> CreateAsync(object body) =>
        server.Visitor.PostAsJsonAsync($"/api/v1/groups/{top}/archives", body).JsonAsync(HttpStatusCode.Created);

    private async Task<Guid> AddAsync(string title, Guid parentId) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title, parentId }).JsonAsync(HttpStatusCode.Created)).Id();

    private async Task<string[]> NamesAsync(string url, HttpClient? caller = null)
    {
        using var zip = new ZipArchive(new MemoryStream(await (caller ?? server.Visitor).GetByteArrayAsync(url)));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }
}
