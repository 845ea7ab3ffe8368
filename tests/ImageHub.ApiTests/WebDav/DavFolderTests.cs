using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using static ImageHub.Testing.DavRequests;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Groups as folders.</summary>
public sealed class DavFolderTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Groups_are_folders_and_groups_below_them_are_folders_in_folders()
    {
        using var dav = await AdminAsync();
        var outer = await server.Admin.CreateGroupAsync("Harbour");
        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "Winter", parentId = outer }).StatusAsync(HttpStatusCode.Created);
        await server.Admin.AddImageAsync(outer, "one.jpg", TestImages.Jpeg(seed: 1));

        (await dav.ListDavAsync("/dav")).ShouldContain("/dav/Harbour/");
        (await dav.ListDavAsync("/dav/Harbour/")).ShouldBe(["/dav/Harbour/Winter/", "/dav/Harbour/one.jpg"]);
        (await dav.ListDavAsync("/dav/Harbour/Winter")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_is_created_as_a_hidden_group_below_its_parent()
    {
        using var dav = await AdminAsync();

        await dav.MkcolAsync("/dav/Weddings/");
        await dav.MkcolAsync("/dav/Weddings/Ada%20%26%20Grace");

        var group = (await server.Admin.GetAsync("/api/v1/groups?q=Ada %26 Grace").JsonAsync()).Items().ShouldHaveSingleItem();
        group.GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        group.Items("path").Select(above => above.Text("title")).ShouldBe(["Weddings"]);
        await dav.DavAsync("MKCOL", "/dav/Weddings").ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");
        await dav.DavAsync("MKCOL", "/dav/Nowhere/New").ProblemAsync(HttpStatusCode.Conflict, "noSuchFolder");
        await dav.DavAsync("MKCOL", "/dav/Body", "<x/>").ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
    }

    [Fact]
    public async Task Of_several_requests_for_one_new_folder_one_creates_it()
    {
        using var dav = await AdminAsync();

        // rclone creates the folder of each file that it copies, and copies four files at once.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var answer = await dav.DavAsync("MKCOL", "/dav/Created%20at%20once");
            return answer.StatusCode;
        }));

        answers.Count(status => status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(status => status == HttpStatusCode.MethodNotAllowed).ShouldBe(7);
        (await server.Admin.GetAsync("/api/v1/groups?q=Created at once").JsonAsync()).Items().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("A/B", "A%2FB", "A%252FB")]
    [InlineData("Who? Me: \"x\"", "Who%3F Me%3A %22x%22", "Who%253F%20Me%253A%20%2522x%2522")]
    [InlineData("50% off", "50% off", "50%25%20off")]
    [InlineData("50%25", "50%2525", "50%252525")]
    [InlineData("Vol.", "Vol%2E", "Vol%252E")]
    [InlineData("..", ".%2E", ".%252E")]
    [InlineData("Straße – été", "Straße – été", "Stra%C3%9Fe%20%E2%80%93%20%C3%A9t%C3%A9")]
    public async Task Characters_that_names_cannot_have_are_percent_encoded(string title, string name, string address)
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync(title);

        (await server.SqlAsync($"SELECT folder_name FROM groups WHERE id = '{group}'")).ShouldBe(name);
        var folder = (await dav.PropfindAsync($"/dav/{address}/", 0)).ShouldHaveSingleItem();
        folder.Element(Dav + "href")!.Value.ShouldBe($"/dav/{address}/");
        folder.Property(Dav + "displayname")!.Value.ShouldBe(title);

        // A new folder with the same name gets the former title.
        await dav.DavAsync("DELETE", $"/dav/{address}/").StatusAsync(HttpStatusCode.NoContent);
        await dav.MkcolAsync($"/dav/{address}");
        (await dav.PropfindAsync($"/dav/{address}", 0))[0].Property(Dav + "displayname")!.Value.ShouldBe(title);
    }

    [Theory]
    [InlineData("Part.", "Part%252E%20(2)")]
    [InlineData("a..", "a.%252E%20(2)")]
    [InlineData("1/2", "1%252F2%20(2)")]
    public async Task Folders_with_numbered_names_have_their_own_addresses(string title, string second)
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync(title);
        var group = await server.Admin.CreateGroupAsync(title);

        (await dav.ListDavAsync("/dav/")).ShouldContain($"/dav/{Uri.UnescapeDataString(second)}/");
        await dav.PutDavAsync($"/dav/{second}/one.jpg", TestImages.Jpeg(seed: 77));
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("%20Before")]
    [InlineData("After%20")]
    [InlineData("%20%20Both%20")]
    public async Task Spaces_at_the_ends_of_a_folders_name_do_not_count(string name)
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync($"/dav/{name}");

        await dav.PutDavAsync($"/dav/{name}/one.jpg", TestImages.Jpeg(seed: 12));
        await dav.DavAsync("MKCOL", $"/dav/{name}").StatusAsync(HttpStatusCode.MethodNotAllowed);
        await dav.DavAsync("MOVE", $"/dav/{name}", null, ("Destination", $"/dav/{name}%202%20")).StatusAsync(HttpStatusCode.Created);
        (await dav.ListDavAsync($"/dav/{name}%202%20")).ShouldHaveSingleItem();
        await dav.DavAsync("DELETE", $"/dav/{name}%202%20").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_address_with_the_characters_themselves_works_and_the_answer_repeats_it()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Paris%3A%202026/");
        await dav.PutDavAsync("/dav/Paris%3A%202026/one.jpg", TestImages.Jpeg(seed: 6));

        (await dav.ListDavAsync("/dav/Paris%3A%202026")).ShouldBe(["/dav/Paris: 2026/one.jpg"]);
        (await dav.ListDavAsync("/dav/Paris%253A%202026")).ShouldBe(["/dav/Paris%3A 2026/one.jpg"]);
    }

    [Fact]
    public async Task Equal_titles_get_numbers_that_stay_while_other_groups_come_and_go()
    {
        using var dav = await AdminAsync();
        var first = await server.Admin.CreateGroupAsync("Twins");
        var second = await server.Admin.CreateGroupAsync("Twins");
        await server.Admin.CreateGroupAsync("Twins (3)");
        await server.Admin.CreateGroupAsync("Twins");

        (await NamesAsync(dav, "Twins")).ShouldBe(["Twins", "Twins (2)", "Twins (3)", "Twins (4)"]);
        await server.Admin.DeleteAsync($"/api/v1/groups/{first}").StatusAsync(HttpStatusCode.NoContent);
        (await NamesAsync(dav, "Twins")).ShouldBe(["Twins (2)", "Twins (3)", "Twins (4)"]);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{second}", new { title = "Single" }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.PostAsync($"/api/v1/groups/{first}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await NamesAsync(dav, "Twins")).ShouldBe(["Twins", "Twins (3)", "Twins (4)"]);
    }

    [Fact]
    public async Task Names_that_a_Mac_sends_decomposed_are_the_same_names()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Cafe%CC%81");
        await dav.PutDavAsync("/dav/Caf%C3%A9/cafe%CC%81.jpg", TestImages.Jpeg(seed: 2));

        (await dav.ListDavAsync("/dav/Cafe%CC%81")).ShouldBe(["/dav/Cafe\u0301/caf\u00e9.jpg"]);
        await dav.DavAsync("MKCOL", "/dav/Caf%C3%A9").ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");
    }

    [Theory]
    [InlineData("/dav/a/../b")]
    [InlineData("/dav/a/%2E%2E/b")]
    [InlineData("/dav/./b")]
    public async Task A_path_with_dot_segments_is_a_400(string path)
    {
        using var dav = await AdminAsync();
        var address = new Uri(server.Url.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        await dav.DeleteAsync(address).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task A_listing_of_everything_below_a_folder_is_refused()
    {
        using var dav = await AdminAsync();

        await dav.DavAsync("PROPFIND", "/dav/", null, ("Depth", "infinity")).DavErrorAsync(HttpStatusCode.Forbidden, "propfind-finite-depth");
        await dav.DavAsync("PROPFIND", "/dav/").DavErrorAsync(HttpStatusCode.Forbidden, "propfind-finite-depth");
        await dav.DavAsync("PROPFIND", "/dav/", null, ("Depth", "2")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Theory]
    [InlineData("Depth", "INFINITY", HttpStatusCode.NoContent, "/dav/INFINITY/To/Below/")]
    [InlineData("Overwrite", "t", HttpStatusCode.NoContent, "/dav/t/To/Below/")]
    [InlineData("Overwrite", "f", HttpStatusCode.PreconditionFailed, "/dav/f/To/Replaced/")]
    public async Task Literals_in_headers_are_read_without_case(string header, string value, HttpStatusCode status, string content)
    {
        using var dav = await AdminAsync();
        foreach (var folder in (string[])["", "/From", "/From/Below", "/To", "/To/Replaced"])
        {
            await dav.MkcolAsync($"/dav/{value}{folder}");
        }

        await dav.DavAsync("COPY", $"/dav/{value}/From", null, ("Destination", $"/dav/{value}/To"), (header, value)).StatusAsync(status);

        (await dav.ListDavAsync($"/dav/{value}/To")).ShouldBe([content]);
    }

    [Fact]
    public async Task A_folder_with_many_folders_and_files_is_listed_completely_and_in_the_order_of_names()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Many");
        await server.SqlAsync(
            $"""
            INSERT INTO groups (id, title, search_text, parent_id, path, is_published, has_own_slug, downloads, has_watermark, is_hidden_by_parent, position, image_count, image_bytes, promised_position, created_at, updated_at)
            SELECT gen_random_uuid(), 'Folder ' || lpad(n::text, 4, '0'), '', '{group}', ARRAY['{group}'::uuid], false, false, 0, false, false, n, 0, 0, 0, now(), now() FROM generate_series(1, 1100) AS n
            """);
        await server.SqlAsync(
            $"""
            INSERT INTO placeholders (id, account_id, group_id, name, content_id, bytes, created_at, written_at)
            SELECT gen_random_uuid(), users.id, '{group}', 'file ' || lpad(n::text, 4, '0') || '.txt', gen_random_uuid(), 0, now(), now() FROM generate_series(1, 600) AS n, users WHERE user_name = 'admin'
            """);

        (await dav.ListDavAsync("/dav/Many")).ShouldBe(
        [
            .. Enumerable.Range(1, 1100).Select(n => string.Create(CultureInfo.InvariantCulture, $"/dav/Many/Folder {n:0000}/")),
            .. Enumerable.Range(1, 600).Select(n => string.Create(CultureInfo.InvariantCulture, $"/dav/Many/file {n:0000}.txt")),
        ]);
    }

    [Fact]
    public async Task A_folder_with_many_images_is_listed_completely_and_in_the_order_of_names()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Photos");
        await server.Admin.AddImageAsync(group, "image 0000.jpg", TestImages.Jpeg(seed: 4));
        await server.SqlAsync(
            $"""
            INSERT INTO images
            SELECT copy.* FROM images AS one, generate_series(1, 1100) AS n, jsonb_populate_record(NULL::images, to_jsonb(one) || jsonb_build_object(
                'id', gen_random_uuid(), 'file_name', 'image ' || lpad(n::text, 4, '0') || '.jpg', 'sha256', sha256(n::text::bytea)::text)) AS copy
            WHERE one.group_id = '{group}'
            """);

        (await dav.ListDavAsync("/dav/Photos")).ShouldBe(Enumerable.Range(0, 1101).Select(n => string.Create(CultureInfo.InvariantCulture, $"/dav/Photos/image {n:0000}.jpg")));
    }

    [Fact]
    public async Task Deleting_a_folder_moves_its_group_to_the_trash()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Gone");
        await dav.MkcolAsync("/dav/Gone/Below");
        await dav.PutDavAsync("/dav/Gone/Below/one.jpg", TestImages.Jpeg(seed: 3));

        await dav.DeleteAsync("/dav/Gone/").StatusAsync(HttpStatusCode.NoContent);

        await dav.DavAsync("PROPFIND", "/dav/Gone/Below/one.jpg", null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.Admin.GetAsync("/api/v1/trash?pageSize=100").JsonAsync()).Items().ShouldContain(item => item.Text("title") == "Gone");
        await dav.DeleteAsync("/dav/").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task An_image_with_the_name_of_a_folder_is_left_out()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Clash");
        await server.Admin.PostAsJsonAsync("/api/v1/groups", new { title = "same.jpg", parentId = group }).StatusAsync(HttpStatusCode.Created);
        await server.Admin.AddImageAsync(group, "same.jpg", TestImages.Jpeg(seed: 4));

        (await dav.ListDavAsync("/dav/Clash")).ShouldBe(["/dav/Clash/same.jpg/"]);
        await dav.PutAsync("/dav/Clash/same.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 5))).ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");
    }

    private static async Task<List<string>> NamesAsync(HttpClient dav, string start) =>
        [.. (await dav.ListDavAsync("/dav/")).Select(path => path["/dav/".Length..].TrimEnd('/')).Where(name => name.StartsWith(start, StringComparison.Ordinal))];

    private async Task<HttpClient> AdminAsync() => server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
}
