using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Delivery;

public sealed class RenditionTests(ImageHubServer server) : IClassFixture<ImageHubServer>, IAsyncLifetime
{
    private const string FileName = "Größe \"1\" – 写真.jpg";

    private readonly byte[] content = TestImages.Jpeg(seed: 11);
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        var group = await server.Admin.CreateGroupAsync();
        image = await server.Admin.AddImageAsync(group, FileName, content);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("low")]
    [InlineData("medium")]
    [InlineData("high")]
    [InlineData("full")]
    public async Task Public_bytes_have_a_strong_validator_and_may_be_cached(string variant)
    {
        var url = (await server.Visitor.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty(variant).Text("url")!;
        using var answer = await server.Visitor.GetAsync(url);

        url.ShouldBe($"/api/v1/images/{image}/{variant}?r=1");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.ETag.ShouldNotBeNull().Tag.ShouldBe($"\"{image:N}-1-{variant}\"");
        answer.Headers.GetValues("Cache-Control").Single().ShouldBe("public, max-age=86400, immutable");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.AcceptRanges.Single().ShouldBe("bytes");
        answer.Content.Headers.LastModified.ShouldNotBeNull();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("inline");
        answer.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("Größe _1_ – 写真.jpg");
        answer.Content.Headers.ContentLength.ShouldBe((await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task Only_the_address_of_the_current_revision_may_be_cached_and_older_revisions_redirect_to_it()
    {
        var group = await server.Admin.CreateGroupAsync();
        var id = await server.Admin.AddImageAsync(group, "again.jpg", TestImages.Jpeg(seed: 13));
        await MakeAgainAsync(id);
        var low = $"/api/v1/images/{id}/low";

        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Single().GetProperty("low").Text("url").ShouldBe($"{low}?r=2");
        using var current = await server.Visitor.GetAsync($"{low}?r=2");
        using var without = await server.Visitor.GetAsync(low);
        (current.StatusCode, without.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        current.Headers.GetValues("Cache-Control").Single().ShouldBe("public, max-age=86400, immutable");
        without.Headers.GetValues("Cache-Control").Single().ShouldBe("no-cache");
        (current.Headers.ETag!.Tag, without.Headers.ETag!.Tag).ShouldBe(($"\"{id:N}-2-low\"", $"\"{id:N}-2-low\""));

        foreach (var (asked, leadsTo) in (ValueTuple<string, string>[])[("low?r=1", "low?r=2"), ("low?r=3", "low?r=2"), ("full?r=1&download=true", "full?r=2&download=true")])
        {
            using var older = await server.Visitor.GetAsync($"/api/v1/images/{id}/{asked}");
            older.StatusCode.ShouldBe(HttpStatusCode.Found);
            older.Headers.Location!.OriginalString.ShouldBe($"/api/v1/images/{id}/{leadsTo}");
            older.Headers.CacheControl!.ToString().ShouldBe("no-store");
        }

        var problem = await server.Visitor.GetAsync($"{low}?r=new").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("r");
    }

    [Fact]
    public async Task A_revision_in_the_address_does_not_make_an_image_public()
    {
        var group = await server.Admin.CreateGroupAsync(isPublished: false);
        var hidden = await server.Admin.AddImageAsync(group, "hidden.jpg", TestImages.Jpeg(seed: 14));

        using var answer = await server.Admin.GetAsync($"/api/v1/images/{hidden}/low?r=1");
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        foreach (var revision in (int[])[1, 2])
        {
            await server.Visitor.GetAsync($"/api/v1/images/{hidden}/low?r={revision}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }
    }

    [Fact]
    public async Task Each_resolution_has_a_different_entity_tag()
    {
        var tags = new List<string>();
        foreach (var variant in (string[])["low", "medium", "high", "full"])
        {
            using var answer = await server.Visitor.GetAsync(Path(variant));
            tags.Add(answer.Headers.ETag!.Tag);
        }

        tags.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task An_image_that_the_client_already_has_is_not_sent_again()
    {
        using var first = await server.Visitor.GetAsync(Path("low"));

        using var same = await SendAsync("low?r=1", request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await same.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        same.Headers.ETag.ShouldBe(first.Headers.ETag);
        same.Headers.GetValues("Cache-Control").Single().ShouldBe("public, max-age=86400, immutable");

        using var other = await SendAsync("low", request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\"")));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(0, 99)]
    [InlineData(100, null)]
    [InlineData(null, 10)]
    public async Task A_requested_range_is_sent(int? from, int? to)
    {
        using var answer = await SendAsync("full", request => request.Headers.Range = new RangeHeaderValue(from, to));

        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        var expected = from is null ? content[^to!.Value..] : content[from.Value..((to + 1) ?? content.Length)];
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(expected);
        answer.Content.Headers.ContentRange!.Length.ShouldBe(content.Length);
    }

    [Fact]
    public async Task A_range_outside_the_file_is_416()
    {
        using var answer = await SendAsync("full", request => request.Headers.Range = new RangeHeaderValue(content.Length, null));

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes */{content.Length}");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await Task.FromResult(answer).ProblemAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "rangeNotSatisfiable");
    }

    [Fact]
    public async Task An_If_Match_with_an_unknown_version_is_412() =>
        await SendAsync("full", request => request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"other\"")))
            .ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");

    [Fact]
    public async Task A_range_of_an_outdated_version_returns_the_whole_file()
    {
        using var first = await server.Visitor.GetAsync(Path("full"));
        using var same = await SendAsync("full", request =>
        {
            request.Headers.Range = new RangeHeaderValue(0, 9);
            request.Headers.IfRange = new RangeConditionHeaderValue(first.Headers.ETag!);
        });
        same.StatusCode.ShouldBe(HttpStatusCode.PartialContent);

        using var other = await SendAsync("full", request =>
        {
            request.Headers.Range = new RangeHeaderValue(0, 9);
            request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue("\"other\""));
        });
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await other.Content.ReadAsByteArrayAsync()).ShouldBe(content);
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("0123456789abcdef")]
    [InlineData("\"one\", \"other\"")]
    public async Task A_range_with_an_invalid_version_returns_the_whole_file(string version)
    {
        using var answer = await SendAsync("full", request =>
        {
            request.Headers.Range = new RangeHeaderValue(0, 9);
            request.Headers.TryAddWithoutValidation("If-Range", version);
        });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(content);
    }

    [Fact]
    public async Task A_head_request_has_the_headers_and_no_body()
    {
        using var answer = await SendAsync("full", request => request.Method = HttpMethod.Head);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldBe(content.Length);
        answer.Headers.ETag.ShouldNotBeNull();
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_download_has_the_name_of_the_file_in_any_script()
    {
        using var answer = await server.Visitor.GetAsync(Path("full") + "?download=true");

        var disposition = answer.Content.Headers.ContentDisposition.ShouldNotBeNull();
        disposition.DispositionType.ShouldBe("attachment");
        disposition.FileNameStar.ShouldBe("Größe _1_ – 写真.jpg");
        Encoding.UTF8.GetByteCount(disposition.FileName!).ShouldBe(disposition.FileName!.Length);
        await server.Visitor.GetAsync(Path("full") + "?download=maybe").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task Only_admins_get_the_original_and_it_is_never_cached()
    {
        await server.Visitor.GetAsync(Path("original")).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        using var answer = await server.Admin.GetAsync(Path("original"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(content);
    }

    [Fact]
    public async Task The_location_is_removed_from_full_stays_in_original_and_is_shown_to_admins_only()
    {
        var sent = MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif(orientation: 6));
        var group = await server.Admin.CreateGroupAsync();
        var id = await server.Admin.AddImageAsync(group, "here.jpg", sent);

        var full = await server.Visitor.GetByteArrayAsync($"/api/v1/images/{id}/full");
        full.ShouldNotBe(sent);
        var path = System.IO.Path.Combine(server.DataDirectory, "full.jpg");
        await File.WriteAllBytesAsync(path, full);
        var tags = ExifTool.ReadAll(path);
        tags.ShouldNotContain("GPS");
        tags.ShouldContain("Orientation");
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{id}/original")).ShouldBe(sent);

        var seen = await server.Visitor.GetAsync($"/api/v1/images/{id}").JsonAsync();
        seen.TryGetProperty("location", out _).ShouldBeFalse();
        seen.GetProperty("full").GetProperty("bytes").GetInt32().ShouldBe(full.Length);
        seen.Text("sha256").ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(sent)));
        seen.Text("takenAt").ShouldNotBeNull();
        seen.Text("camera").ShouldNotBeNull();
        var location = (await server.Admin.GetAsync($"/api/v1/images/{id}").JsonAsync()).GetProperty("location");
        location.GetProperty("latitude").GetDouble().ShouldBe(MetadataFixtures.GeotaggedExif().Latitude!.Value, 0.01);
        location.GetProperty("longitude").GetDouble().ShouldBe(MetadataFixtures.GeotaggedExif().Longitude!.Value, 0.01);
    }

    [Fact]
    public async Task A_missing_object_is_503_and_not_an_empty_image()
    {
        var group = await server.Admin.CreateGroupAsync();
        var lost = await server.Admin.AddImageAsync(group, "lost.jpg", TestImages.Jpeg(seed: 12));
        foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(server.DataDirectory, "objects"), "*", SearchOption.AllDirectories)
            .Where(file => file.Contains(lost.ToString(), StringComparison.Ordinal)))
        {
            File.Delete(file);
        }

        await server.Visitor.GetAsync($"/api/v1/images/{lost}/low").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
    }

    /// <summary>Simulates a new rendering: moves the objects to the next revision, then updates the row.</summary>
    private async Task MakeAgainAsync(Guid id)
    {
        var first = Directory.EnumerateDirectories(System.IO.Path.Combine(server.DataDirectory, "objects"), id.ToString(), SearchOption.AllDirectories).Single();
        Directory.Move(System.IO.Path.Combine(first, "1"), System.IO.Path.Combine(first, "2"));
        await server.SqlAsync($"UPDATE images SET revision = 2 WHERE id = '{id}'");
    }

    private string Path(string variant) => $"/api/v1/images/{image}/{variant}";

    private Task<HttpResponseMessage> SendAsync(string variant, Action<HttpRequestMessage> prepare)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path(variant));
        prepare(request);
        return server.Visitor.SendAsync(request);
    }
}
