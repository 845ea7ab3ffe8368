using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.WebDav;

/// <summary>COPY and MOVE.</summary>
public sealed class DavCopyMoveTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_moved_image_is_the_same_image_in_another_group_under_another_name()
    {
        using var dav = await AdminAsync();
        var from = await server.Admin.CreateGroupAsync("From");
        var to = await server.Admin.CreateGroupAsync("To");
        var image = await server.Admin.AddImageAsync(from, "one.jpg", TestImages.Jpeg(seed: 1));

        await MoveAsync(dav, "/dav/From/one.jpg", "/dav/To/two.jpg", HttpStatusCode.Created);

        (await server.Admin.GetAsync($"/api/v1/groups/{to}/images/two.jpg").JsonAsync()).Id().ShouldBe(image);
        (await server.Admin.GetAsync($"/api/v1/groups/{from}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_copied_folder_gives_visitors_no_more_than_its_source()
    {
        using var dav = await AdminAsync();
        var source = (await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Guarded", downloads = "none" }).JsonAsync(HttpStatusCode.Created)).Id();
        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Inside", parentId = source, downloads = "high" }).StatusAsync(HttpStatusCode.Created);

        await dav.DavAsync("COPY", "/dav/Guarded", null, ("Destination", "/dav/Copied")).StatusAsync(HttpStatusCode.Created);

        var copy = (await server.Admin.GetAsync("/api/v1/groups?q=Copied").JsonAsync()).Items().ShouldHaveSingleItem();
        copy.Text("downloads").ShouldBe("none");
        (await server.Admin.GetAsync($"/api/v1/groups?parentId={copy.Id()}").JsonAsync()).Items().ShouldHaveSingleItem().Text("downloads").ShouldBe("high");
    }

    [Fact]
    public async Task A_move_onto_an_image_needs_Overwrite_and_moves_the_former_image_to_the_trash()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Onto");
        var image = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 2));
        var former = await server.Admin.AddImageAsync(group, "two.jpg", TestImages.Jpeg(seed: 3));

        await dav.DavAsync("MOVE", "/dav/Onto/one.jpg", null, ("Destination", "/dav/Onto/two.jpg"), ("Overwrite", "F")).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        await MoveAsync(dav, "/dav/Onto/one.jpg", "/dav/Onto/two.jpg", HttpStatusCode.NoContent);

        var images = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        images.ShouldHaveSingleItem().Id().ShouldBe(image);
        images[0].Text("fileName").ShouldBe("two.jpg");
        (await server.Admin.GetAsync("/api/v1/trash?pageSize=100").JsonAsync()).Items().Select(item => item.Id()).ShouldContain(former);
    }

    [Fact]
    public async Task A_move_of_a_folder_renames_its_group_and_places_it_below_another_one()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Album");
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 4));
        await dav.MkcolAsync("/dav/Shelf");

        await MoveAsync(dav, "/dav/Album/", "/dav/Shelf/Album%202026/", HttpStatusCode.Created);

        var moved = await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync();
        moved.Text("title").ShouldBe("Album 2026");
        moved.Items("path").Select(above => above.Text("title")).ShouldBe(["Shelf"]);
        (await dav.ListDavAsync("/dav/Shelf/Album%202026")).ShouldBe(["/dav/Shelf/Album 2026/one.jpg"]);
        await MoveAsync(dav, "/dav/Shelf/Album%202026", "/dav/Album", HttpStatusCode.Created);
        await dav.DavAsync("MOVE", "/dav/Shelf", null, ("Destination", "/dav/Shelf/In%20itself")).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_folder_that_replaces_another_one_has_its_address_and_the_former_one_is_in_the_trash()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Newer");
        await dav.PutDavAsync("/dav/Newer/new.jpg", TestImages.Jpeg(seed: 100));
        await dav.MkcolAsync("/dav/Older");
        await dav.PutDavAsync("/dav/Older/old.jpg", TestImages.Jpeg(seed: 101));

        await dav.DavAsync("MOVE", "/dav/Newer/", null, ("Destination", "/dav/Older/"), ("Overwrite", "F")).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        await MoveAsync(dav, "/dav/Newer/", "/dav/Older/", HttpStatusCode.NoContent);

        (await dav.ListDavAsync("/dav/Older/")).ShouldBe(["/dav/Older/new.jpg"]);
        (await dav.ListDavAsync("/dav/")).ShouldNotContain("/dav/Newer/");
        (await server.Admin.GetAsync("/api/v1/trash?pageSize=100").JsonAsync()).Items().ShouldContain(item => item.Text("title") == "Older");
    }

    [Fact]
    public async Task A_moved_folder_keeps_its_title_if_its_name_stays()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Rack");
        await server.Admin.CreateGroupAsync("Couple");
        var second = await server.Admin.CreateGroupAsync("Couple");

        await MoveAsync(dav, "/dav/Couple%20(2)/", "/dav/Rack/Couple%20(2)/", HttpStatusCode.Created);

        (await dav.ListDavAsync("/dav/Rack/")).ShouldBe(["/dav/Rack/Couple (2)/"]);
        (await server.Admin.GetAsync($"/api/v1/groups/{second}").JsonAsync()).Text("title").ShouldBe("Couple");
        await MoveAsync(dav, "/dav/Rack/Couple%20(2)/", "/dav/Rack/Couple%203/", HttpStatusCode.Created);
        (await server.Admin.GetAsync($"/api/v1/groups/{second}").JsonAsync()).Text("title").ShouldBe("Couple 3");
    }

    [Fact]
    public async Task A_folder_gets_the_name_of_its_title_by_a_move_when_the_name_is_free()
    {
        using var dav = await AdminAsync();
        var first = await server.Admin.CreateGroupAsync("Double");
        await server.Admin.CreateGroupAsync("Double");
        await server.Admin.DeleteAsync($"/api/v1/groups/{first}").StatusAsync(HttpStatusCode.NoContent);

        await MoveAsync(dav, "/dav/Double%20(2)/", "/dav/Double/", HttpStatusCode.Created);

        (await dav.ListDavAsync("/dav/")).Where(path => path.StartsWith("/dav/Double", StringComparison.Ordinal)).ShouldBe(["/dav/Double/"]);
    }

    [Theory]
    [InlineData("COPY")]
    [InlineData("MOVE")]
    public async Task Of_several_folders_that_get_the_same_new_name_at_once_one_gets_it(string method)
    {
        using var dav = await AdminAsync();
        var folders = Enumerable.Range(0, 6).Select(n => $"/dav/{method} {n}").ToList();
        foreach (var folder in folders)
        {
            await dav.MkcolAsync(folder);
        }

        var answers = await Task.WhenAll(folders.Select(async folder =>
        {
            using var answer = await dav.DavAsync(method, folder, null, ("Destination", $"/dav/{method}%20together"), ("Overwrite", "F"));
            return answer.StatusCode;
        }));

        answers.Order().ShouldBe([HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.PreconditionFailed, 5)]);
        (await dav.ListDavAsync("/dav/")).Where(path => path.StartsWith($"/dav/{method} together", StringComparison.Ordinal)).ShouldBe([$"/dav/{method} together/"]);
    }

    [Fact]
    public async Task A_copy_of_an_image_in_another_folder_is_a_new_image_and_within_its_folder_it_is_refused()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Original");
        var other = await server.Admin.CreateGroupAsync("Copies");
        var content = TestImages.Jpeg(seed: 5);
        var image = await server.Admin.AddImageAsync(group, "one.jpg", content);

        await dav.DavAsync("COPY", "/dav/Original/one.jpg", null, ("Destination", "/dav/Original/two.jpg")).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await dav.DavAsync("COPY", "/dav/Original/one.jpg", null, ("Destination", "/dav/Copies/two.jpg")).StatusAsync(HttpStatusCode.Created);

        (await server.Admin.GetAsync($"/api/v1/groups/{other}/images/two.jpg").JsonAsync()).Id().ShouldNotBe(image);
        (await dav.GetByteArrayAsync("/dav/Copies/two.jpg")).ShouldBe(content);
        await dav.DavAsync("COPY", "/dav/Original/one.jpg", null, ("Destination", "/dav/Copies/two.jpg")).StatusAsync(HttpStatusCode.NoContent);
        await dav.DavAsync("COPY", "/dav/Original/one.jpg", null, ("Destination", "/dav/Copies/three.jpg")).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
    }

    [Theory]
    [InlineData("COPY")]
    [InlineData("MOVE")]
    public async Task An_image_does_not_replace_a_folder(string method)
    {
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync($"/dav/Whole {method}");
        await dav.MkcolAsync($"/dav/Whole {method}/Sub");
        await dav.PutDavAsync($"/dav/Whole {method}/one.jpg", TestImages.Jpeg(seed: 91));
        await dav.PutDavAsync($"/dav/Whole {method}/Sub/two.jpg", TestImages.Jpeg(seed: 92));

        var problem = await dav.DavAsync(method, $"/dav/Whole {method}/one.jpg", null, ("Destination", $"/dav/Whole%20{method}/Sub")).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        problem.Text("detail").ShouldBe("'Sub' is a folder; an image cannot replace it.");
        (await dav.ListDavAsync($"/dav/Whole {method}/Sub/")).ShouldBe([$"/dav/Whole {method}/Sub/two.jpg"]);
    }

    [Fact]
    public async Task A_copy_of_a_folder_has_its_images_and_folders_and_is_hidden()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Whole");
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 6));
        await dav.MkcolAsync("/dav/Whole/Below");
        await dav.PutDavAsync("/dav/Whole/Below/two.jpg", TestImages.Jpeg(seed: 7));
        await dav.PutDavAsync("/dav/Whole/note.txt", "text"u8.ToArray());

        await dav.DavAsync("COPY", "/dav/Whole/", null, ("Destination", "/dav/Whole%20again/"), ("Depth", "infinity")).StatusAsync(HttpStatusCode.Created);

        (await dav.ListDavAsync("/dav/Whole%20again")).ShouldBe(["/dav/Whole again/Below/", "/dav/Whole again/one.jpg", "/dav/Whole again/note.txt"]);
        (await dav.ListDavAsync("/dav/Whole%20again/Below")).ShouldBe(["/dav/Whole again/Below/two.jpg"]);
        (await server.Admin.GetAsync("/api/v1/groups?q=Whole again").JsonAsync()).Items().ShouldHaveSingleItem().GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        await dav.DavAsync("COPY", "/dav/Whole/", null, ("Destination", "/dav/Empty/"), ("Depth", "0")).StatusAsync(HttpStatusCode.Created);
        (await dav.ListDavAsync("/dav/Empty")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("COPY")]
    [InlineData("MOVE")]
    public async Task A_destination_with_another_extension_is_the_file_with_the_extension_of_the_content(string method)
    {
        using var dav = await AdminAsync();
        var (from, to) = ($"/dav/Extension {method}/one.jpg", $"/dav/Extension {method}/Below/two.png");
        var content = TestImages.Jpeg(seed: 60);
        await dav.MkcolAsync($"/dav/Extension {method}");
        await dav.MkcolAsync($"/dav/Extension {method}/Below");
        await dav.PutDavAsync(from, TestImages.Jpeg(seed: 61));
        await dav.PutDavAsync(to, content);

        await dav.DavAsync(method, from, null, ("Destination", Uri.EscapeDataString(to).Replace("%2F", "/", StringComparison.Ordinal)), ("Overwrite", "F")).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        (await dav.GetByteArrayAsync($"/dav/Extension {method}/Below/two.jpg")).ShouldBe(content);
    }

    [Theory]
    [InlineData("COPY")]
    [InlineData("MOVE")]
    public async Task A_folder_that_would_be_too_deep_does_not_replace_another_one(string method)
    {
        using var dav = await AdminAsync();
        var deep = $"/dav/Deep {method}/2/3/4/";
        foreach (var folder in (string[])[$"/dav/Deep {method}", $"/dav/Deep {method}/2", $"/dav/Deep {method}/2/3", deep, $"{deep}5", $"/dav/Tall {method}", $"/dav/Tall {method}/Below"])
        {
            await dav.MkcolAsync(folder);
        }

        await dav.DavAsync(method, $"/dav/Tall {method}", null, ("Destination", $"/dav/Deep%20{method}/2/3/4/5"), ("Overwrite", "T")).ProblemAsync(HttpStatusCode.Conflict, "groupTooDeep");
        (await dav.ListDavAsync(deep)).ShouldBe([$"{deep}5/"]);
    }

    [Fact]
    public async Task A_folder_copied_without_its_content_fits_where_its_content_would_not()
    {
        using var dav = await AdminAsync();
        const string deep = "/dav/Four levels/2/3/4/";
        foreach (var folder in (string[])["/dav/Four levels", "/dav/Four levels/2", "/dav/Four levels/2/3", deep, "/dav/High", "/dav/High/Below"])
        {
            await dav.MkcolAsync(folder);
        }

        await dav.DavAsync("COPY", "/dav/High/", null, ("Destination", "/dav/Four%20levels/2/3/4/5/"), ("Depth", "0")).StatusAsync(HttpStatusCode.Created);
        (await dav.ListDavAsync(deep)).ShouldBe([$"{deep}5/"]);
        (await dav.ListDavAsync($"{deep}5/")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("COPY")]
    [InlineData("MOVE")]
    public async Task A_file_that_is_no_image_does_not_replace_one(string method)
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync($"/dav/Empty {method}");
        await dav.PutDavAsync($"/dav/Empty {method}/one.jpg", TestImages.Jpeg(seed: 62));
        await dav.PutDavAsync($"/dav/Empty {method}/empty", []);

        await dav.DavAsync(method, $"/dav/Empty {method}/empty", null, ("Destination", $"/dav/Empty%20{method}/one.jpg")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");

        (await dav.GetByteArrayAsync($"/dav/Empty {method}/one.jpg")).ShouldBe(TestImages.Jpeg(seed: 62));
        (await dav.GetByteArrayAsync($"/dav/Empty {method}/empty")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://elsewhere.example/dav/Places/two.jpg", 502, "foreignDestination")]
    [InlineData("/elsewhere/two.jpg", 400, "validationFailed")]
    [InlineData("/dav/Nowhere/two.jpg", 409, "noSuchFolder")]
    [InlineData("/dav/two.jpg", 403, "forbidden")]
    [InlineData("/dav/Places/one.jpg", 403, "forbidden")]
    [InlineData("/dav/Places/%00.jpg", 400, "validationFailed")]
    [InlineData("", 400, "validationFailed")]
    public async Task A_wrong_destination_is_refused(string destination, int status, string code)
    {
        using var dav = await AdminAsync();
        if (await server.SqlAsync("SELECT 1 FROM groups WHERE title = 'Places'") is null)
        {
            await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Places"), "one.jpg", TestImages.Jpeg(seed: 8));
        }

        await dav.DavAsync("MOVE", "/dav/Places/one.jpg", null, ("Destination", destination)).ProblemAsync((HttpStatusCode)status, code);
        (await dav.ListDavAsync("/dav/Places")).ShouldBe(["/dav/Places/one.jpg"]);
    }

    private Task MoveAsync(HttpClient dav, string from, string to, HttpStatusCode expected) =>
        dav.DavAsync("MOVE", from, null, ("Destination", new Uri(server.Url, to).AbsoluteUri)).StatusAsync(expected);

    private async Task<HttpClient> AdminAsync() => server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
}
