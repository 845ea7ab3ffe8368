using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using static ImageHub.Testing.DavRequests;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Images as files.</summary>
public sealed class DavFileTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_written_image_is_an_image_of_the_group_and_is_read_as_sent()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Written");
        var content = TestImages.OrientedJpeg(6);

        using var written = await dav.PutAsync("/dav/Written/one.jpg", new ByteArrayContent(content));

        written.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().ShouldHaveSingleItem().Text("fileName").ShouldBe("one.jpg");
        using var read = await dav.GetAsync("/dav/Written/one.jpg");
        (await read.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        read.Headers.ETag.ShouldBe(written.Headers.ETag);
        read.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        read.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var properties = (await dav.PropfindAsync("/dav/Written/one.jpg", 0)).ShouldHaveSingleItem();
        properties.Property(Dav + "getetag")!.Value.ShouldBe(read.Headers.ETag!.ToString());
        properties.Property(Dav + "getcontentlength")!.Value.ShouldBe($"{content.Length}");
        properties.Property(Dav + "getlastmodified")!.Value.ShouldBe(read.Content.Headers.LastModified!.Value.ToString("R"));
        properties.Property(Dav + "resourcetype")!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Ranges_conditions_and_HEAD_work_as_for_every_file()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Ranges");
        var content = TestImages.Jpeg(seed: 10);
        await dav.PutDavAsync("/dav/Ranges/one.jpg", content);

        using var range = new HttpRequestMessage(HttpMethod.Get, "/dav/Ranges/one.jpg") { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await dav.SendAsync(range);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(content[10..20]);
        using var known = new HttpRequestMessage(HttpMethod.Get, "/dav/Ranges/one.jpg") { Headers = { IfNoneMatch = { part.Headers.ETag! } } };
        await dav.SendAsync(known).StatusAsync(HttpStatusCode.NotModified);
        using var head = await dav.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/dav/Ranges/one.jpg"));
        (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, content.Length));
    }

    [Fact]
    public async Task Equal_bytes_are_204_under_the_same_name_and_409_under_another()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Again");
        var content = TestImages.Jpeg(seed: 11);
        await dav.PutDavAsync("/dav/Again/one.jpg", content);

        await dav.PutDavAsync("/dav/Again/one.jpg", content, HttpStatusCode.NoContent);
        await dav.PutAsync("/dav/Again/two.jpg", new ByteArrayContent(content)).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");

        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData(".one.jpg", "_one.jpg")]
    [InlineData("..one.jpg", "__one.jpg")]
    [InlineData("x%2Fone.jpg", "x_one.jpg")]
    [InlineData("x%5Cone.jpg", "x_one.jpg")]
    [InlineData("%20.one.jpg", "__one.jpg")]
    [InlineData("%E2%80%8B.one.jpg", "_.one.jpg")]
    [InlineData("one%E2%80%8B.jpg", "one_.jpg")]
    public async Task A_hidden_or_temporary_file_does_not_replace_a_file_until_it_is_moved(string temporary, string kept)
    {
        using var dav = await AdminAsync();
        var title = $"With-{temporary.Replace('%', '-')}";
        var group = await server.Admin.CreateGroupAsync(title);
        var (first, second) = (TestImages.Jpeg(seed: 70), TestImages.Jpeg(seed: 71));
        await dav.PutDavAsync($"/dav/{title}/first.jpg", TestImages.Jpeg(seed: 72));
        await dav.PutDavAsync($"/dav/{title}/one.jpg", first);
        await dav.PutDavAsync($"/dav/{title}/last.jpg", TestImages.Jpeg(seed: 73));
        await dav.PutDavAsync($"/dav/{title}/{temporary}", second);
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { coverImageId = (await ImagesAsync())[1].Id() }).StatusAsync(HttpStatusCode.OK);

        (await dav.GetByteArrayAsync($"/dav/{title}/one.jpg")).ShouldBe(first);
        (await ImagesAsync()).Select(image => image.Text("fileName")).ShouldBe(["first.jpg", "one.jpg", "last.jpg", kept]);

        await dav.DavAsync("MOVE", $"/dav/{title}/{temporary}", null, ("Destination", $"/dav/{title}/one.jpg")).StatusAsync(HttpStatusCode.NoContent);
        (await dav.GetByteArrayAsync($"/dav/{title}/one.jpg")).ShouldBe(second);

        // The moved file takes the place of the former one, as with PUT.
        var images = await ImagesAsync();
        images.Select(image => image.Text("fileName")).ShouldBe(["first.jpg", "one.jpg", "last.jpg"]);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("cover").Id().ShouldBe(images[1].Id());

        async Task<IReadOnlyList<JsonElement>> ImagesAsync() => (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
    }

    [Fact]
    public async Task Of_concurrent_moves_and_deletions_of_a_file_one_succeeds_and_the_others_change_nothing()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Race");
        for (var round = 0; round < 5; round++)
        {
            await dav.PutDavAsync("/dav/Race/from.jpg", TestImages.Jpeg(seed: 200 + round));

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => number % 2 == 0
                ? dav.DavAsync("MOVE", "/dav/Race/from.jpg", null, ("Destination", $"/dav/Race/to-{round}-{number}.jpg"))
                : dav.DavAsync("DELETE", "/dav/Race/from.jpg")));

            answers.Select(answer => answer.StatusCode).Where(status => status != HttpStatusCode.NotFound)
                .ShouldHaveSingleItem().ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.NoContent);
            var moved = Enumerable.Range(0, 8).Where(number => answers[number].StatusCode == HttpStatusCode.Created).Select(number => $"to-{round}-{number}.jpg").ToList();
            var names = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName")!);
            names.Where(name => name.StartsWith($"to-{round}-", StringComparison.Ordinal)).ShouldBe(moved);
        }
    }

    [Fact]
    public async Task A_refused_move_leaves_the_file_at_the_destination()
    {
        using var dav = await AdminAsync();
        var content = TestImages.Jpeg(seed: 210);
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Moved from"), "one.jpg", content);
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Moved to"), "same.jpg", content);
        await dav.PutDavAsync("/dav/Moved%20to/draft.jpg", []);

        await dav.DavAsync("MOVE", "/dav/Moved%20from/one.jpg", null, ("Destination", "/dav/Moved%20to/draft.jpg")).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");

        (await dav.GetByteArrayAsync("/dav/Moved%20to/draft.jpg")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("If-Match")]
    [InlineData("If-None-Match")]
    public async Task A_malformed_entity_tag_list_is_reported(string header)
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync($"Named {header}");

        var problem = await dav.DavAsync("PUT", $"/dav/Named%20{header}/one.jpg", null, (header, "garbage")).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty(header)[0].GetString().ShouldBe($"{header} is 'garbage'; a list of entity tags is allowed.");
    }

    [Fact]
    public async Task Repeated_requests_that_overtake_each_other_add_the_image_once()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Overtaken");
        var content = TestImages.Jpeg(1200, 900, seed: 30);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => dav.PutAsync("/dav/Overtaken/one.jpg", new ByteArrayContent(content))));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent]);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Other_bytes_replace_the_image_at_its_position_and_as_the_cover_and_the_former_one_is_in_the_trash()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Replaced");
        var former = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 12));
        await server.Admin.AddImageAsync(group, "two.jpg", TestImages.Jpeg(seed: 13));
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { coverImageId = former }).StatusAsync(HttpStatusCode.OK);

        await dav.PutDavAsync("/dav/Replaced/one.jpg", TestImages.Jpeg(seed: 14), HttpStatusCode.NoContent);

        var images = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        images.Select(image => image.Text("fileName")).ShouldBe(["one.jpg", "two.jpg"]);
        images[0].Id().ShouldNotBe(former);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("cover").Id().ShouldBe(images[0].Id());
        (await server.Admin.GetAsync("/api/v1/trash?pageSize=100").JsonAsync()).Items().Select(item => item.Id()).ShouldContain(former);
    }

    [Fact]
    public async Task A_replacement_that_is_damaged_leaves_the_image()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Damaged");
        var image = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 15));

        await dav.PutAsync("/dav/Damaged/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 16)[..200])).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");
        await dav.PutAsync("/dav/Damaged/one.jpg", new StringContent("no image")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
        await dav.PutDavAsync("/dav/Damaged/one.jpg", [], HttpStatusCode.NoContent);

        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().ShouldHaveSingleItem().Id().ShouldBe(image);
    }

    [Fact]
    public async Task An_extension_that_contradicts_the_content_is_replaced_and_the_answer_names_the_file()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Extensions");
        var content = TestImages.Jpeg(seed: 17);
        await dav.PutDavAsync("/dav/Extensions/one.png", []);

        using var written = await dav.PutAsync("/dav/Extensions/one.png", new ByteArrayContent(content));

        (written.StatusCode, written.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.NoContent, "/dav/Extensions/one.jpg"));
        await dav.PutDavAsync("/dav/Extensions/one.png", content, HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/Extensions")).ShouldBe(["/dav/Extensions/one.jpg"]);
    }

    [Theory]
    [InlineData("10:30.jpg", "10_30.jpg", HttpStatusCode.Conflict, "duplicateFileName")]
    [InlineData("who?.jpg", "who_.jpg", HttpStatusCode.Conflict, "duplicateFileName")]
    [InlineData("two.png", "two.jpg", HttpStatusCode.NotFound, "notFound")]
    public async Task A_file_whose_stored_name_belongs_to_another_image_is_refused(string requested, string stored, HttpStatusCode deletion, string code)
    {
        using var dav = await AdminAsync();
        var folder = $"Equal {stored}";
        await dav.MkcolAsync($"/dav/{folder}");
        await dav.MkcolAsync($"/dav/{folder}/From");
        var (first, second) = (TestImages.Jpeg(seed: 80), TestImages.Jpeg(seed: 81));
        var address = $"/dav/{Uri.EscapeDataString(folder)}/{Uri.EscapeDataString(requested)}";
        await dav.PutDavAsync($"/dav/{folder}/{stored}", first);

        var problem = await dav.PutAsync(address, new ByteArrayContent(second)).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        problem.Text("detail").ShouldBe($"'{requested}' would be stored as '{stored}', and another image has this name. Rename one of them, or write to the address of '{stored}' to replace it.");
        await dav.PutDavAsync(address, first, HttpStatusCode.NoContent);
        await dav.PutDavAsync($"/dav/{folder}/From/one.jpg", second);
        foreach (var method in (string[])["COPY", "MOVE"])
        {
            await dav.DavAsync(method, $"/dav/{folder}/From/one.jpg", null, ("Destination", address)).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        }

        // rclone sends DELETE to the address of a refused file.
        await dav.DeleteAsync(address).ProblemAsync(deletion, code);
        (await dav.GetByteArrayAsync($"/dav/{folder}/{stored}")).ShouldBe(first);
        (await dav.ListDavAsync($"/dav/{folder}/From")).ShouldBe([$"/dav/{folder}/From/one.jpg"]);
    }

    [Fact]
    public async Task A_file_does_not_replace_an_image_with_the_same_first_200_characters_in_its_name()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Long");
        var name = new string('x', 196);
        await dav.PutDavAsync($"/dav/Long/{name}.jpg", TestImages.Jpeg(seed: 82));

        await dav.PutAsync($"/dav/Long/{name}y.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 83))).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        await dav.DeleteAsync($"/dav/Long/{name}y.jpg").ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        (await dav.GetByteArrayAsync($"/dav/Long/{name}.jpg")).ShouldBe(TestImages.Jpeg(seed: 82));
    }

    [Fact]
    public async Task A_deleted_image_is_in_the_trash()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Deleted");
        var image = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 18));

        await dav.DeleteAsync("/dav/Deleted/one.jpg").StatusAsync(HttpStatusCode.NoContent);

        await dav.GetAsync("/dav/Deleted/one.jpg").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.Admin.GetAsync("/api/v1/trash?pageSize=100").JsonAsync()).Items().Select(item => item.Id()).ShouldContain(image);
    }

    [Theory]
    [InlineData("._one.jpg")]
    [InlineData(".DS_Store")]
    [InlineData("Thumbs.db")]
    [InlineData("desktop.ini")]
    public async Task Files_of_operating_systems_are_accepted_and_forgotten(string name)
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync("Junk");

        await dav.PutDavAsync($"/dav/Junk/{name}", [1, 2, 3]);
        var token = await dav.LockAsync($"/dav/Junk/{name}");
        await dav.PutDavAsync($"/dav/Junk/{name}", [4], HttpStatusCode.NoContent);
        await dav.DavAsync("UNLOCK", $"/dav/Junk/{name}", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);

        await dav.GetAsync($"/dav/Junk/{name}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await dav.ListDavAsync("/dav/Junk")).ShouldBeEmpty();
        await dav.DeleteAsync($"/dav/Junk/{name}").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_address_of_a_forgotten_file_of_an_operating_system_leads_to_no_image()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Forgotten");
        await dav.PutDavAsync("/dav/Forgotten/__one.jpg", TestImages.Jpeg(seed: 84));

        await dav.DeleteAsync("/dav/Forgotten/._one.jpg").StatusAsync(HttpStatusCode.NoContent);
        await dav.DavAsync("MOVE", "/dav/Forgotten/._one.jpg", null, ("Destination", "/dav/Forgotten/two.jpg")).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        (await dav.ListDavAsync("/dav/Forgotten")).ShouldBe(["/dav/Forgotten/__one.jpg"]);
    }

    [Fact]
    public async Task A_folder_with_the_name_of_an_operating_systems_file_is_deleted()
    {
        using var dav = await AdminAsync();
        var group = await server.Admin.CreateGroupAsync("Thumbs.db");

        await dav.DeleteAsync("/dav/Thumbs.db/").StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.GetAsync($"/api/v1/groups/{group}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData("._one.jpg")]
    [InlineData(".DS_Store")]
    [InlineData("Thumbs.db")]
    [InlineData("desktop.ini")]
    public async Task The_size_of_a_discarded_file_is_known_until_it_is_deleted(string name)
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync($"Sized {name}");
        foreach (var path in (string[])[$"/dav/Sized {name}/{name}", $"/dav/{name}"])
        {
            await dav.DavAsync("PROPFIND", path, null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            await dav.PutDavAsync(path, [1]);
            await dav.PutDavAsync(path, [1, 2, 3], HttpStatusCode.NoContent);

            var properties = (await dav.PropfindAsync(path, 0)).ShouldHaveSingleItem();
            properties.Property(Dav + "getcontentlength")!.Value.ShouldBe("3");
            properties.Element(Dav + "href")!.Value.ShouldBe(path.Replace(" ", "%20", StringComparison.Ordinal));
            using (var head = await dav.SendAsync(new HttpRequestMessage(HttpMethod.Head, path)))
            {
                (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, 3));
            }

            using (var changed = await dav.DavAsync("PROPPATCH", path, "<propertyupdate xmlns='DAV:'><set><prop><colour xmlns='urn:x'>red</colour></prop></set></propertyupdate>"))
            {
                (await changed.MultistatusAsync())[0].Element(Dav + "propstat")!.Element(Dav + "status")!.Value.ShouldBe("HTTP/1.1 200 OK");
            }

            await dav.GetAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            await dav.DeleteAsync(path).StatusAsync(HttpStatusCode.NoContent);
            await dav.DavAsync("PROPFIND", path, null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }

        (await dav.ListDavAsync($"/dav/Sized {name}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_discarded_file_is_moved_and_copied_only_to_the_name_of_another_one()
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync("Renamed junk");
        await dav.PutDavAsync("/dav/Renamed%20junk/._one.jpg", [1, 2, 3]);

        await dav.DavAsync("COPY", "/dav/Renamed%20junk/._one.jpg", null, ("Destination", "/dav/Renamed%20junk/._two.jpg")).StatusAsync(HttpStatusCode.Created);
        await dav.DavAsync("MOVE", "/dav/Renamed%20junk/._one.jpg", null, ("Destination", "/dav/Renamed%20junk/._two.jpg"), ("Overwrite", "F")).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        await dav.DavAsync("MOVE", "/dav/Renamed%20junk/._one.jpg", null, ("Destination", "/dav/Renamed%20junk/._two.jpg")).StatusAsync(HttpStatusCode.NoContent);
        await dav.DavAsync("MOVE", "/dav/Renamed%20junk/._two.jpg", null, ("Destination", "/dav/Renamed%20junk/two.jpg")).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");

        (await dav.PropfindAsync("/dav/Renamed%20junk/._two.jpg", 0))[0].Property(Dav + "getcontentlength")!.Value.ShouldBe("3");
        await dav.DavAsync("PROPFIND", "/dav/Renamed%20junk/._one.jpg", null, ("Depth", "0")).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_discarded_file_has_at_most_10_mebibytes(bool isSizeDeclared)
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync($"Large junk {isSizeDeclared}");
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/dav/Large%20junk%20{isSizeDeclared}/.DS_Store") { Content = new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1]) };
        request.Headers.TransferEncodingChunked = !isSizeDeclared;

        var problem = await dav.SendAsync(request).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");

        problem.Text("detail").ShouldBe("The file has more than 10485760 bytes, which is the maximum.");
        await dav.PutDavAsync($"/dav/Large%20junk%20{isSizeDeclared}/.DS_Store", new byte[10 * 1024 * 1024]);
    }

    [Fact]
    public async Task A_refreshed_lock_of_a_discarded_file_keeps_its_token()
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync("Locked junk");
        var token = await dav.LockAsync("/dav/Locked%20junk/._one.jpg", HttpStatusCode.Created);

        using var refreshed = await dav.DavAsync("LOCK", "/dav/Locked%20junk/._one.jpg", null, ("If", $"({token})"));

        refreshed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await refreshed.Content.ReadAsStringAsync()).ShouldContain(token.Trim('<', '>'));
        await dav.DavAsync("LOCK", "/dav/Locked%20junk/._one.jpg").ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        (await dav.PropfindAsync("/dav/Locked%20junk/._one.jpg", 0))[0].Property(Dav + "getcontentlength")!.Value.ShouldBe("0");
    }

    [Fact]
    public async Task Preconditions_protect_a_file_from_a_change_that_the_client_has_not_seen()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Conditions");
        await dav.PutDavAsync("/dav/Conditions/one.jpg", TestImages.Jpeg(seed: 19));
        using var read = await dav.GetAsync("/dav/Conditions/one.jpg");

        await WriteAsync("one.jpg", 20, "If-None-Match", "*", HttpStatusCode.PreconditionFailed);
        await WriteAsync("one.jpg", 20, "If-Match", "\"other\"", HttpStatusCode.PreconditionFailed);

        // If-None-Match compares weakly and If-Match strongly, and a quoted asterisk is not a wildcard.
        await WriteAsync("one.jpg", 20, "If-None-Match", $"W/{read.Headers.ETag}", HttpStatusCode.PreconditionFailed);
        await WriteAsync("one.jpg", 20, "If-Match", $"W/{read.Headers.ETag}", HttpStatusCode.PreconditionFailed);
        await WriteAsync("one.jpg", 20, "If-Match", "\"*\"", HttpStatusCode.PreconditionFailed);
        await WriteAsync("two.jpg", 20, "If-Match", "*", HttpStatusCode.PreconditionFailed);
        await WriteAsync("one.jpg", 20, "If-Match", read.Headers.ETag!.ToString(), HttpStatusCode.NoContent);
        await WriteAsync("two.jpg", 21, "If-None-Match", "*", HttpStatusCode.Created);

        Task WriteAsync(string name, int seed, string header, string value, HttpStatusCode expected) =>
            PutAsync(dav, $"/dav/Conditions/{name}", new ByteArrayContent(TestImages.Jpeg(seed: seed)), header, value).StatusAsync(expected);
    }

    [Fact]
    public async Task Preconditions_also_protect_the_file_whose_name_has_the_extension_of_the_content()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Protected");
        var content = TestImages.Jpeg(seed: 40);
        await dav.PutDavAsync("/dav/Protected/one.jpg", content);

        foreach (var (header, value) in ((string, string)[])[("If-None-Match", "*"), ("If-Match", "\"other\"")])
        {
            await dav.PutDavAsync("/dav/Protected/one.png", "not yet"u8.ToArray());
            await PutAsync(dav, "/dav/Protected/one.png", new ByteArrayContent(TestImages.Jpeg(seed: 41)), header, value).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
            await dav.DeleteAsync("/dav/Protected/one.png").StatusAsync(HttpStatusCode.NoContent);
        }

        await PutAsync(dav, "/dav/Protected/one.png", new ByteArrayContent(TestImages.Jpeg(seed: 41)), "If-None-Match", "*").ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        (await dav.GetByteArrayAsync("/dav/Protected/one.jpg")).ShouldBe(content);
    }

    [Fact]
    public async Task Preconditions_are_checked_again_when_the_content_has_arrived()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Slow");
        await dav.PutDavAsync("/dav/Slow/one.jpg", TestImages.Jpeg(seed: 42));
        using var read = await dav.GetAsync("/dav/Slow/one.jpg");
        var changed = new TaskCompletionSource();
        var content = new SlowContent(TestImages.Jpeg(seed: 43), changed.Task);

        var writing = PutAsync(dav, "/dav/Slow/one.jpg", content, "If-Match", read.Headers.ETag!.ToString());
        await content.Begun;
        await dav.PutDavAsync("/dav/Slow/one.jpg", TestImages.Jpeg(seed: 44), HttpStatusCode.NoContent);
        changed.SetResult();

        await writing.ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        (await dav.GetByteArrayAsync("/dav/Slow/one.jpg")).ShouldBe(TestImages.Jpeg(seed: 44));
    }

    [Fact]
    public async Task A_file_needs_an_existing_folder_and_is_written_as_a_whole()
    {
        using var dav = await AdminAsync();
        await server.Admin.CreateGroupAsync("Whole");

        await dav.PutAsync("/dav/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 22))).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await dav.PutAsync("/dav/Nowhere/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 22))).ProblemAsync(HttpStatusCode.Conflict, "noSuchFolder");
        var part = new ByteArrayContent([1, 2]) { Headers = { ContentRange = new ContentRangeHeaderValue(0, 1, 10) } };
        var problem = await dav.PutAsync("/dav/Whole/one.jpg", part).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["Content-Range"]);
    }

    [Fact]
    public async Task An_upload_key_writes_and_lists_but_neither_reads_replaces_deletes_nor_moves_images_of_others()
    {
        var id = (await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "helper", password = ImageHubServer.UserPassword, role = "admin" }).JsonAsync(HttpStatusCode.Created)).Id();
        using var helper = await server.SignInAsync("helper", ImageHubServer.UserPassword);
        using var dav = server.NewDavClient(await helper.CreateKeyAsync("upload"), "helper");
        var group = await server.Admin.CreateGroupAsync("Shared work", isPublished: false);
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 23));

        await dav.PutDavAsync("/dav/Shared%20work/own.jpg", TestImages.Jpeg(seed: 24));
        await dav.PutDavAsync("/dav/Shared%20work/own.jpg", TestImages.Jpeg(seed: 25), HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/Shared%20work")).ShouldBe(["/dav/Shared work/one.jpg", "/dav/Shared work/own.jpg"]);
        using (var head = await dav.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/dav/Shared%20work/one.jpg")))
        {
            (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, TestImages.Jpeg(seed: 23).Length));
        }

        foreach (var name in (string[])["one.jpg", "own.jpg"])
        {
            await dav.GetAsync($"/dav/Shared%20work/{name}").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
            await dav.DeleteAsync($"/dav/Shared%20work/{name}").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
            await dav.DavAsync("MOVE", $"/dav/Shared%20work/{name}", null, ("Destination", "/dav/Shared%20work/x.jpg")).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        }

        await dav.PutAsync("/dav/Shared%20work/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 26))).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await dav.MkcolAsync("/dav/Shared%20work/Below");
        await dav.DavAsync("MOVE", "/dav/Shared%20work/Below", null, ("Destination", "/dav/Elsewhere")).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await server.Admin.DeleteAsync($"/api/v1/users/{id}").StatusAsync(HttpStatusCode.NoContent);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient dav, string path, HttpContent content, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content };
        request.Headers.TryAddWithoutValidation(header, value).ShouldBeTrue();
        return dav.SendAsync(request);
    }

    private async Task<HttpClient> AdminAsync() => server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
}
