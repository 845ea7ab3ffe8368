using System.Net;
using System.Xml.Linq;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using static ImageHub.Testing.DavRequests;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Properties that clients set. <see cref="LitmusTests"/> covers further rules of properties.</summary>
public sealed class DavPropertyTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static readonly XName Colour = XName.Get("colour", "urn:x");

    [Fact]
    public async Task A_property_stays_with_its_image_through_moves_copies_and_replacements()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Kept");
        await dav.MkcolAsync("/dav/Kept/Other");
        await dav.PutDavAsync("/dav/Kept/one.jpg", []);
        await SetAsync(dav, "/dav/Kept/one.jpg", "<colour xmlns='urn:x'>red</colour>");

        await dav.PutDavAsync("/dav/Kept/one.jpg", TestImages.Jpeg(seed: 1), HttpStatusCode.NoContent);
        (await ColourAsync(dav, "/dav/Kept/one.jpg")).ShouldBe("red");
        await dav.PutDavAsync("/dav/Kept/one.jpg", TestImages.Jpeg(seed: 2), HttpStatusCode.NoContent);
        (await ColourAsync(dav, "/dav/Kept/one.jpg")).ShouldBe("red");
        await dav.DavAsync("COPY", "/dav/Kept/one.jpg", null, ("Destination", "/dav/Kept/Other/two.jpg")).StatusAsync(HttpStatusCode.Created);
        (await ColourAsync(dav, "/dav/Kept/Other/two.jpg")).ShouldBe("red");
        await dav.DavAsync("MOVE", "/dav/Kept/one.jpg", null, ("Destination", "/dav/Kept/moved.jpg")).StatusAsync(HttpStatusCode.Created);
        (await ColourAsync(dav, "/dav/Kept/moved.jpg")).ShouldBe("red");
        (await dav.PropfindAsync("/dav/Kept/", 1)).Select(response => response.Property(Colour)?.Value).ShouldBe([null, null, "red"]);
    }

    [Fact]
    public async Task The_root_has_no_properties_whatever_others_have_set()
    {
        // Other tests set colours of groups in the root.
        XName shade = "{urn:x}shade";
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Below");
        foreach (var path in (string[])["/dav/Below/One/", "/dav/Below/Two/"])
        {
            await dav.MkcolAsync(path);
            await SetAsync(dav, path, "<shade xmlns='urn:x'>red</shade>");
        }

        (await dav.PropfindAsync("/dav/", 0)).ShouldHaveSingleItem().Property(shade).ShouldBeNull();
        var listed = await dav.PropfindAsync("/dav/", 1);
        listed.Count.ShouldBeGreaterThan(1);
        listed.ShouldAllBe(response => response.Property(shade) == null);
    }

    [Fact]
    public async Task Changes_are_made_all_or_none()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Atomic");

        using var answer = await dav.DavAsync("PROPPATCH", "/dav/Atomic/", $"<propertyupdate xmlns='DAV:'><set><prop><colour xmlns='urn:x'>red</colour><getetag>x</getetag></prop></set></propertyupdate>");
        var statuses = (await answer.MultistatusAsync())[0].Elements(Dav + "propstat").ToDictionary(
            properties => properties.Element(Dav + "status")!.Value, properties => properties.Element(Dav + "prop")!.Elements().Single().Name);

        statuses.ShouldBe(new Dictionary<string, XName> { ["HTTP/1.1 424 Failed Dependency"] = Colour, ["HTTP/1.1 403 Forbidden"] = Dav + "getetag" }, ignoreOrder: true);
        (await ColourAsync(dav, "/dav/Atomic/")).ShouldBeNull();
    }

    [Fact]
    public async Task Requested_names_that_do_not_exist_are_404_and_names_can_be_listed_without_values()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Names");
        await SetAsync(dav, "/dav/Names/", "<colour xmlns='urn:x'>red</colour>");

        var asked = (await dav.PropfindAsync("/dav/Names/", 0, "<propfind xmlns='DAV:'><prop><displayname/><size xmlns='urn:x'/></prop></propfind>"))[0];
        asked.Elements(Dav + "propstat").Select(properties => (properties.Element(Dav + "status")!.Value, properties.Element(Dav + "prop")!.Elements().Single().Name.ToString()))
            .ShouldBe([("HTTP/1.1 200 OK", "{DAV:}displayname"), ("HTTP/1.1 404 Not Found", "{urn:x}size")]);
        var named = (await dav.PropfindAsync("/dav/Names/", 0, "<propfind xmlns='DAV:'><propname/></propfind>"))[0];
        named.Property(Colour)!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_resource_has_at_most_64_kibibytes_of_properties()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Large");
        await SetAsync(dav, "/dav/Large/", $"<a xmlns='urn:x'>{new string('x', 60_000)}</a>");

        await dav.DavAsync("PROPPATCH", "/dav/Large/", Update($"<b xmlns='urn:x'>{new string('x', 6_000)}</b>")).ProblemAsync((HttpStatusCode)507, "webDavFull");

        await SetAsync(dav, "/dav/Large/", "<a xmlns='urn:x'>small</a>");
        await SetAsync(dav, "/dav/Large/", $"<b xmlns='urn:x'>{new string('x', 6_000)}</b>");
    }

    [Fact]
    public async Task A_resource_has_at_most_about_250_properties_however_small_they_are()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Numerous");
        await SetAsync(dav, "/dav/Numerous/", string.Concat(Enumerable.Range(0, 200).Select(n => $"<a{n} xmlns='urn:x'/>")));

        await dav.DavAsync("PROPPATCH", "/dav/Numerous/", Update(string.Concat(Enumerable.Range(0, 60).Select(n => $"<b{n} xmlns='urn:x'/>")))).ProblemAsync((HttpStatusCode)507, "webDavFull");
        (await dav.PropfindAsync("/dav/Numerous/", 0, "<propfind xmlns='DAV:'><prop><a7 xmlns='urn:x'/><a7 xmlns='urn:y'/></prop></propfind>"))[0].Elements(Dav + "propstat").Select(
            properties => (properties.Element(Dav + "status")!.Value, properties.Element(Dav + "prop")!.Elements().Single().Name.ToString()))
            .ShouldBe([("HTTP/1.1 200 OK", "{urn:x}a7"), ("HTTP/1.1 404 Not Found", "{urn:y}a7")]);
    }

    [Fact]
    public async Task A_listing_has_the_properties_of_all_entries_also_if_they_are_large()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Heavy");
        await server.SqlAsync(
            """
            INSERT INTO placeholders (id, account_id, group_id, name, content_id, bytes, created_at, written_at)
            SELECT gen_random_uuid(), users.id, groups.id, 'file ' || lpad(n::text, 3, '0'), gen_random_uuid(), 0, now(), now() FROM generate_series(1, 90) AS n, users, groups WHERE user_name = 'admin' AND title = 'Heavy';
            INSERT INTO dav_properties (id, account_id, placeholder_id, namespace, name, value, bytes)
            SELECT gen_random_uuid(), placeholders.account_id, placeholders.id, 'urn:x', 'colour', '<colour xmlns="urn:x">' || repeat('r', 60000) || '</colour>', 60300 FROM placeholders JOIN groups ON groups.id = group_id WHERE title = 'Heavy'
            """);

        var listed = await dav.PropfindAsync("/dav/Heavy/", 1);

        listed.Count.ShouldBe(91);
        listed.Skip(1).ShouldAllBe(entry => entry.Property(Colour)!.Value.Length == 60_000);
        listed.Skip(1).Select(entry => Uri.UnescapeDataString(entry.Element(Dav + "href")!.Value)).ShouldBe(Enumerable.Range(1, 90).Select(n => $"/dav/Heavy/file {n:000}"));
    }

    [Fact]
    public async Task A_request_names_at_most_100_properties_with_4096_characters()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Asked");

        (await AskAsync(Enumerable.Range(0, 101).Select(n => $"<a{n} xmlns='urn:x'/>"))).ShouldBe("The body names 101 properties; 100 are allowed.");
        (await AskAsync(Enumerable.Range(0, 10).Select(n => $"<a{n} xmlns='urn:{new string('n', 396)}'/>").Append($"<{new string('a', 77)}/>"))).ShouldBe("The names of the properties and their namespaces have 4101 characters; 4096 are allowed.");
        (await dav.PropfindAsync("/dav/Asked/", 0, Asked(Enumerable.Range(0, 100).Select(n => $"<a{n} xmlns='urn:x'/>"))))[0].Descendants(XName.Get("a99", "urn:x")).ShouldHaveSingleItem();

        string Asked(IEnumerable<string> names) => $"<propfind xmlns='DAV:'><prop>{string.Concat(names)}</prop></propfind>";
        async Task<string?> AskAsync(IEnumerable<string> names) =>
            (await dav.DavAsync("PROPFIND", "/dav/Asked/", Asked(names), ("Depth", "0")).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody")).Text("detail");
    }

    [Theory]
    [InlineData("<propertyupdate xmlns='DAV:'>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e 'e'>]><propertyupdate xmlns='DAV:'><set><prop><a>&e;</a></prop></set></propertyupdate>")]
    [InlineData("<propfind xmlns='DAV:'/>")]
    [InlineData("<?xml version='1.0tf'?><propertyupdate xmlns='DAV:'><set><prop><a/></prop></set></propertyupdate>")]
    [InlineData("")]
    public async Task A_body_that_cannot_be_read_is_a_400(string body)
    {
        using var dav = await AdminAsync();

        await dav.DavAsync("PROPPATCH", "/dav/", body).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");
    }

    [Fact]
    public async Task A_deeply_nested_body_is_a_400_and_a_large_one_a_413()
    {
        using var dav = await AdminAsync();
        var deep = string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000));

        await dav.DavAsync("PROPFIND", "/dav/", $"<propfind xmlns='DAV:'><prop>{deep}</prop></propfind>", ("Depth", "0")).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");
        await dav.DavAsync("PROPFIND", "/dav/", $"<propfind xmlns='DAV:'><!--{new string('x', 300_000)}--></propfind>", ("Depth", "0")).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "bodyTooLarge");
    }

    [Fact]
    public async Task Names_namespaces_and_elements_are_bounded_before_anything_is_stored_or_sent()
    {
        using var dav = await AdminAsync();
        await dav.MkcolAsync("/dav/Bounds");
        foreach (var (property, text) in new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [$"<a xmlns='urn:{new string('n', 397)}'/>"] = "A namespace has 401 characters; 400 are allowed.",
            [$"<{new string('a', 201)} xmlns='urn:x'/>"] = "A name has 201 characters; 200 are allowed.",
            [$"<a xmlns='urn:x'>{string.Concat(Enumerable.Repeat("<b/>", 5_000))}</a>"] = "The body has more than 5000 elements and attributes.",
            [$"<a xmlns='urn:x' xml:lang='{new string('"', 101)}'/>"] = "xml:lang has 101 characters; 100 are allowed.",
            ["<xmlns:a/>"] = "The element 'xmlns:a' has the prefix xmlns, which is reserved for declarations.",
        })
        {
            foreach (var (method, body) in ((string, string)[])
            [
                ("PROPPATCH", Update(property)),
                ("PROPFIND", $"<propfind xmlns='DAV:'><prop>{property}</prop></propfind>"),
                ("LOCK", $"<lockinfo xmlns='DAV:'><lockscope><shared/></lockscope><locktype><write/></locktype><owner>{property}</owner></lockinfo>"),
            ])
            {
                var problem = await dav.DavAsync(method, "/dav/Bounds/", body, ("Depth", "0")).ProblemAsync(HttpStatusCode.BadRequest, "malformedBody");
                problem.Text("detail").ShouldBe(text, method);
            }
        }

        // The longest allowed names fit the index, even if their characters have three bytes and do not compress.
        var random = new Random(1);
        string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)random.Next(0x4E00, 0x9FA5)));
        var name = Letters(200);
        await SetAsync(dav, "/dav/Bounds/", $"<{name} xmlns='{Letters(400)}'/>");
        (await dav.PropfindAsync("/dav/Bounds/", 0))[0].Descendants().Count(element => element.Name.NamespaceName.Length == 400).ShouldBe(1);
    }

    private static string Update(string property) => $"<propertyupdate xmlns='DAV:'><set><prop>{property}</prop></set></propertyupdate>";

    private static async Task SetAsync(HttpClient dav, string path, string property)
    {
        using var answer = await dav.DavAsync("PROPPATCH", path, Update(property));
        (await answer.MultistatusAsync())[0].Element(Dav + "propstat")!.Element(Dav + "status")!.Value.ShouldBe("HTTP/1.1 200 OK");
    }

    private static async Task<string?> ColourAsync(HttpClient dav, string path) => (await dav.PropfindAsync(path, 0))[0].Property(Colour)?.Value;

    private async Task<HttpClient> AdminAsync() => server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
}
