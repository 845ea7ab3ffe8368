using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static ImageHub.Testing.HeldRequests;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The tus 1.0 protocol, tested along its specification.</summary>
public sealed class TusTests(PostgresServer postgres) : IAsyncLifetime
{
    private const int MaxFileBytes = 400_000;

    private readonly ShiftedClock clock = new();
    private readonly byte[] photo = TestImages.Jpeg();
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(
            postgres, new() { ["Uploads:MaxFileBytes"] = $"{MaxFileBytes}" }, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        group = await server.Admin.CreateGroupAsync();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task OPTIONS_tells_anyone_the_protocol_extensions_of_the_server()
    {
        using var answer = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Options, TusRequests.Path));

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Header("Tus-Resumable").ShouldBe("1.0.0");
        answer.Header("Tus-Version").ShouldBe("1.0.0");
        answer.Header("Tus-Extension").ShouldBe("creation,creation-with-upload,checksum,termination,expiration");
        answer.Header("Tus-Max-Size").ShouldBe("400000");
        answer.Header("Tus-Checksum-Algorithm").ShouldBe("sha1,sha256");
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("lost")]
    public async Task Wrong_bytes_from_the_store_do_not_get_into_an_image_and_the_upload_continues_when_the_store_is_right_again(string damage)
    {
        using var created = await server.Admin.TusCreateAsync(photo.Length, group, "harbour.jpg");
        var url = created.Headers.Location!.OriginalString;
        await server.Admin.TusPatchAsync(url, 0, photo[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        var part = Parts().ShouldHaveSingleItem();
        var good = await File.ReadAllBytesAsync(part);
        await DamagedFile.DamageAsync(part, damage);

        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..]).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        using (var head = await server.Admin.TusHeadAsync(url))
        {
            (head.StatusCode, head.Header("Upload-Offset")).ShouldBe((HttpStatusCode.OK, "1000"));
        }

        await File.WriteAllBytesAsync(part, good);
        using var last = await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..]);
        last.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{last.Header("ImageHub-Image-Id")}/full")).ShouldBe(photo);
    }

    [Fact]
    public async Task A_file_sent_in_parts_becomes_an_image_with_the_last_part()
    {
        using var created = await server.Admin.TusCreateAsync(photo.Length, group, "harbour.jpg");
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var url = created.Headers.Location!.OriginalString;
        url.ShouldStartWith("/api/v1/uploads/tus/");

        using (var first = await server.Admin.TusPatchAsync(url, 0, photo[..1_000]))
        {
            first.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (first.Header("Upload-Offset"), first.Header("Tus-Resumable"), first.Header("ImageHub-Image-Id")).ShouldBe(("1000", "1.0.0", null));
            DateTimeOffset.Parse(first.Header("Upload-Expires")!, System.Globalization.CultureInfo.InvariantCulture)
                .ShouldBeInRange(DateTimeOffset.UtcNow.AddHours(23.9), DateTimeOffset.UtcNow.AddHours(24.1));
        }

        Parts().Length.ShouldBe(1);
        using (var head = await server.Admin.TusHeadAsync(url))
        {
            head.StatusCode.ShouldBe(HttpStatusCode.OK);
            (head.Header("Upload-Offset"), head.Header("Upload-Length"), head.Headers.CacheControl!.ToString()).ShouldBe(("1000", $"{photo.Length}", "no-store"));
        }

        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..2_000]).StatusAsync(HttpStatusCode.NoContent);
        string imageId;
        using (var last = await server.Admin.TusPatchAsync(url, 2_000, photo[2_000..]))
        {
            last.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            last.Header("Upload-Offset").ShouldBe($"{photo.Length}");
            imageId = last.Header("ImageHub-Image-Id")!;
        }

        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{imageId}/full")).ShouldBe(photo);
        Parts().ShouldBeEmpty();
        using (var after = await server.Admin.TusHeadAsync(url))
        {
            (after.Header("Upload-Offset"), after.Header("ImageHub-Image-Id")).ShouldBe(($"{photo.Length}", imageId));
        }

        clock.Advance(TimeSpan.FromDays(1));
        await server.SignInOwnerAgainAsync();
        await server.Admin.TusHeadAsync(url).StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task HEAD_repeats_the_metadata_exactly_as_the_creation_sent_them()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TusRequests.Path)
        {
            Headers =
            {
                { "Tus-Resumable", "1.0.0" },
                { "Upload-Length", $"{photo.Length}" },
                { "Upload-Metadata", $"filename aGFyYm91ci5qcGc=,filetype aW1hZ2UvanBlZw==, is_confidential,groupId {Convert.ToBase64String(Encoding.UTF8.GetBytes(group.ToString()))}" },
            },
        };
        using var created = await server.Admin.SendAsync(request);
        var url = created.Headers.Location!.OriginalString;

        using var head = await server.Admin.TusHeadAsync(url);
        head.Header("Upload-Metadata").ShouldBe(request.Headers.GetValues("Upload-Metadata").Single());

        // A file of a batch has no metadata header, because it was announced as JSON.
        var (_, urls) = await server.Admin.AnnounceAsync(group, [("quay.jpg", photo)]);
        using var announced = await server.Admin.TusHeadAsync(urls[0]);
        announced.StatusCode.ShouldBe(HttpStatusCode.OK);
        announced.Header("Upload-Metadata").ShouldBeNull();
    }

    [Fact]
    public async Task Metadata_over_the_size_limit_are_refused()
    {
        var problem = await server.Admin.TusCreateAsync(photo.Length, group, new string('n', 4_096)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("Upload-Metadata")[0].GetString()!.ShouldContain("at most 4096 are allowed");
    }

    [Fact]
    public async Task A_file_can_be_sent_whole_in_one_PATCH_or_in_the_creation_request()
    {
        using var created = await server.Admin.TusCreateAsync(photo.Length, group, "harbour.jpg", photo, Convert.ToHexStringLower(SHA256.HashData(photo)));

        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Header("Upload-Offset").ShouldBe($"{photo.Length}");
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{created.Header("ImageHub-Image-Id")}/full")).ShouldBe(photo);
        Directory.Exists(Path.Combine(server.DataDirectory, "objects", "parts")).ShouldBeFalse();

        using var again = await server.Admin.TusCreateAsync(photo.Length, group, "other.jpg", photo);
        (again.StatusCode, again.Header("ImageHub-Image-Id"), again.Header("ImageHub-Duplicate"))
            .ShouldBe((HttpStatusCode.Created, created.Header("ImageHub-Image-Id"), "duplicateContent"));

        using var begun = await server.Admin.TusCreateAsync(photo.Length, group, "third.jpg", photo[..500]);
        (begun.StatusCode, begun.Header("Upload-Offset")).ShouldBe((HttpStatusCode.Created, "500"));
        (await server.Admin.TusOffsetAsync(begun.Headers.Location!.OriginalString)).ShouldBe(500);
    }

    [Fact]
    public async Task Offsets_survive_a_restart_of_the_server()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await server.Admin.TusPatchAsync(url, 0, photo[..3_000]).StatusAsync(HttpStatusCode.NoContent);

        await server.RestartAsync();

        (await server.Admin.TusOffsetAsync(url)).ShouldBe(3_000);
        using var last = await server.Admin.TusPatchAsync(url, 3_000, photo[3_000..]);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{last.Header("ImageHub-Image-Id")}/full")).ShouldBe(photo);
    }

    [Fact]
    public async Task When_parallel_requests_send_the_same_bytes_one_succeeds()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var racing = Enumerable.Range(0, 4).Select(_ => SendAsync(0, photo[..2_000])).ToArray();
        rest.SetResult();

        var statuses = await Task.WhenAll(racing.Select(async one => (int)(await one).StatusCode));
        statuses.Order().ShouldBe([204, 409, 409, 409]);
        Parts().Length.ShouldBe(1);

        rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        racing = [.. Enumerable.Range(0, 4).Select(_ => SendAsync(2_000, photo[2_000..]))];
        rest.SetResult();
        statuses = await Task.WhenAll(racing.Select(async one => (int)(await one).StatusCode));
        statuses.Count(status => status == 204).ShouldBe(1);
        statuses.Where(status => status != 204).ShouldAllBe(status => status == 409);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
        Parts().ShouldBeEmpty();

        Task<HttpResponseMessage> SendAsync(int offset, byte[] bytes) => server.Admin.TusPatchAsync(url, offset, new SlowContent(bytes, rest.Task, "application/offset+octet-stream"));
    }

    [Fact]
    public async Task A_wrong_checksum_changes_nothing()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        var part = photo[..1_000];

        using (var refused = await server.Admin.TusPatchAsync(url, 0, part, Sha1(photo[..999])))
        {
            ((int)refused.StatusCode).ShouldBe(460);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("checksumMismatch");
        }

        (await server.Admin.TusOffsetAsync(url)).ShouldBe(0);
        Parts().ShouldBeEmpty();
        await server.Admin.TusPatchAsync(url, 0, part, Sha1(part)).StatusAsync(HttpStatusCode.NoContent);
        using (var whole = await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..], Sha1(part)))
        {
            ((int)whole.StatusCode).ShouldBe(460);
        }

        (await server.Admin.TusOffsetAsync(url)).ShouldBe(1_000);
        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..], $"sha256 {Convert.ToBase64String(SHA256.HashData(photo[1_000..]))}").StatusAsync(HttpStatusCode.NoContent);
        foreach (var nonsense in (string[])["sha1", "crc32 AAAA", "sha1 ?", "sha1 AAAA"])
        {
            await server.Admin.TusPatchAsync(await server.Admin.TusBeginAsync(9, group, "x.jpg"), 0, [1], nonsense).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        }
    }

    [Fact]
    public async Task Bytes_before_a_broken_connection_are_kept_unless_the_request_has_a_checksum()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await BreakOffAsync(url, 0, photo[..4_000], checksum: null);
        await EventuallyAtAsync(url, 4_000);

        await BreakOffAsync(url, 4_000, photo[4_000..5_000], Sha1(photo));
        using var last = await server.Admin.TusPatchAsync(url, 4_000, photo[4_000..]);

        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{last.Header("ImageHub-Image-Id")}/full")).ShouldBe(photo);
    }

    [Fact]
    public async Task Deleting_an_upload_removes_its_bytes()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await server.Admin.TusPatchAsync(url, 0, photo[..1_000]).StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.TusDeleteAsync(url).StatusAsync(HttpStatusCode.NoContent);

        Parts().ShouldBeEmpty();
        await server.Admin.TusHeadAsync(url).StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..]).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        var (id, urls) = await server.Admin.AnnounceAsync(group, [("a.jpg", photo)]);
        await server.Admin.TusDeleteAsync(urls[0]).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.TusHeadAsync(urls[0]).StatusAsync(HttpStatusCode.Gone);
        (await server.Admin.ReceiptAsync(id)).GetProperty("failed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Unfinished_bytes_are_deleted_a_day_after_the_last_of_them_arrived()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await server.Admin.TusPatchAsync(url, 0, photo[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        clock.Advance(TimeSpan.FromHours(23));
        await server.SignInOwnerAgainAsync();
        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..2_000]).StatusAsync(HttpStatusCode.NoContent);

        clock.Advance(TimeSpan.FromHours(23));
        await server.SignInOwnerAgainAsync();
        (await server.Admin.TusOffsetAsync(url)).ShouldBe(2_000);

        clock.Advance(TimeSpan.FromHours(1));
        await server.SignInOwnerAgainAsync();
        await server.Admin.TusHeadAsync(url).StatusAsync(HttpStatusCode.NotFound);
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneUploads());
        Parts().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_permanent_refusal_ends_an_upload_and_a_temporary_one_discards_the_last_bytes()
    {
        var url = await server.Admin.TusBeginAsync(8, group, "notes.jpg");
        await server.Admin.TusPatchAsync(url, 0, "no image"u8.ToArray()).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
        await server.Admin.TusHeadAsync(url).StatusAsync(HttpStatusCode.Gone);
        await server.Admin.TusPatchAsync(url, 0, "no image"u8.ToArray()).ProblemAsync(HttpStatusCode.Gone, "uploadGone");

        await server.Admin.AddImageAsync(group, "taken.jpg", TestImages.Jpeg(seed: 7));
        url = await server.Admin.TusBeginAsync(photo.Length, group, "taken.jpg");
        await server.Admin.TusPatchAsync(url, 0, photo).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");

        using (var mismatch = await server.Admin.TusCreateAsync(photo.Length, group, "other.jpg", photo, new string('0', 64)))
        {
            mismatch.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await mismatch.Content.ReadAsStringAsync()).ShouldContain("hashMismatch");
        }

        // A file replaces the image folder, so storing the image fails. The server keeps the earlier bytes, but not the bytes of the last request.
        url = await server.Admin.TusBeginAsync(photo.Length, group, "later.jpg");
        await server.Admin.TusPatchAsync(url, 0, photo[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        var images = Path.Combine(server.DataDirectory, "objects", "images");
        Directory.Move(images, images + "-away");
        await File.WriteAllTextAsync(images, "in the way");
        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..]).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        (await server.Admin.TusOffsetAsync(url)).ShouldBe(1_000);
        File.Delete(images);
        Directory.Move(images + "-away", images);
        await server.Admin.TusPatchAsync(url, 1_000, photo[1_000..]).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_protocol_error_is_reported_and_changes_nothing()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await server.Admin.TusPatchAsync(url, 5, photo[5..]).ProblemAsync(HttpStatusCode.Conflict, "offsetMismatch");
        await server.Admin.TusPatchAsync(url, 0, [.. photo, 1]).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.TusPatchAsync(url, 0, new StringContent("text")).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");
        (await server.Admin.TusOffsetAsync(url)).ShouldBe(0);

        using var old = new HttpRequestMessage(HttpMethod.Head, url) { Headers = { { "Tus-Resumable", "0.2.2" } } };
        using var refused = await server.Admin.SendAsync(old);
        (refused.StatusCode, refused.Header("Tus-Version"), refused.Header("Tus-Resumable")).ShouldBe((HttpStatusCode.PreconditionFailed, "1.0.0", "1.0.0"));

        await server.Admin.TusCreateAsync(null, group, "a.jpg").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.TusCreateAsync(9, group, null).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.TusCreateAsync(9, null, "a.jpg").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.TusCreateAsync(9, Guid.NewGuid(), "a.jpg").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.TusCreateAsync(9, group, "a.jpg", sha256: "abc").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.TusCreateAsync(MaxFileBytes + 1, group, "a.jpg").ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
        await server.Admin.TusCreateAsync(0, group, "a.jpg").ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");
        using var bob = await UserAsync("bob");
        await bob.TusHeadAsync(url).StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_client_that_cannot_send_PATCH_can_use_a_method_override_header()
    {
        var url = await server.Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = TusRequests.Bytes(photo) };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", "0");
        request.Headers.Add("X-HTTP-Method-Override", "PATCH");

        await server.Admin.SendAsync(request).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Unfinished_bytes_count_against_the_quota()
    {
        var tier = await server.Admin.CreateTierAsync("Small", quotaBytes: 10_000);
        using var ada = await UserAsync("ada", tier);
        var urls = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            urls.Add(await ada.TusBeginAsync(9_000, null, $"{i}.jpg"));
        }

        await ada.TusPatchAsync(urls[0], 0, new byte[6_000]).StatusAsync(HttpStatusCode.NoContent);
        await ada.TusPatchAsync(urls[1], 0, new byte[6_000]).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        await ada.TusDeleteAsync(urls[0]).StatusAsync(HttpStatusCode.NoContent);
        await ada.TusPatchAsync(urls[2], 0, new byte[6_000]).StatusAsync(HttpStatusCode.NoContent);
        await ada.TusCreateAsync(10_001, null, "4.jpg").ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
    }

    [Fact]
    public async Task Unfinished_uploads_that_are_sent_at_the_same_time_do_not_exceed_the_quota_together()
    {
        var tier = await server.Admin.CreateTierAsync("Small", quotaBytes: 10_000);
        using var ada = await UserAsync("ada", tier);
        string[] urls = [await ada.TusBeginAsync(9_000, null, "0.jpg"), await ada.TusBeginAsync(9_000, null, "1.jpg")];
        Task<HttpResponseMessage>[] sending;
        await using (var holder = new NpgsqlConnection(server.ConnectionString))
        {
            await holder.OpenAsync();
            await using var hold = new NpgsqlCommand("BEGIN; SELECT FROM upload_files FOR UPDATE", holder);
            await hold.ExecuteNonQueryAsync();
            sending = [.. urls.Select(url => ada.TusPatchAsync(url, 0, new byte[6_000]))];

            // A part is stored after the first check of the quota.
            await UntilAsync(() => Task.FromResult(Parts().Length == 2), sending);
        }

        (await Task.WhenAll(sending)).Select(answer => (int)answer.StatusCode).Order().ShouldBe([204, 413]);
        (await ada.TusOffsetAsync(urls[0]) + await ada.TusOffsetAsync(urls[1])).ShouldBe(6_000);
        Parts().Length.ShouldBe(1);
    }

    [SuppressMessage("Security", "CA5350", Justification = "The specification asks servers to know sha1; it finds broken bytes, not forged ones.")]
    private static string Sha1(byte[] bytes) => $"sha1 {Convert.ToBase64String(SHA1.HashData(bytes))}";

    private async Task<HttpClient> UserAsync(string name, Guid? tier = null)
    {
        await server.Admin.CreateUserAsync(name, tier);
        return await server.SignInAsync(name, ImageHubServer.UserPassword);
    }

    private string[] Parts() => StoredFiles.PartsOf(server.DataDirectory);

    /// <summary>Waits for the offset, because the server may notice a broken connection late.</summary>
    private async Task EventuallyAtAsync(string url, long offset)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await server.Admin.TusOffsetAsync(url) != offset)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private async Task EventuallySpooledAsync(long length)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var staging = new DirectoryInfo(Path.Combine(server.DataDirectory, "staging"));
        while (!staging.EnumerateFiles("original", SearchOption.AllDirectories).Any(file => file.Length == length))
        {
            await Task.Delay(10, patience.Token);
        }
    }

    /// <summary>Announces the rest of the file, sends some bytes and breaks the connection.</summary>
    private async Task BreakOffAsync(string url, long offset, byte[] bytes, string? checksum)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Url.Host, server.Url.Port);
        var stream = client.GetStream();
        var head = $"PATCH {url} HTTP/1.1\r\nHost: x\r\nAuthorization: {server.Admin.DefaultRequestHeaders.Authorization}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
            + (checksum is null ? "" : $"Upload-Checksum: {checksum}\r\n")
            + $"Content-Type: application/offset+octet-stream\r\nContent-Length: {photo.Length - offset}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(bytes);
        await EventuallySpooledAsync(bytes.Length);
        client.Client.Shutdown(SocketShutdown.Send);

        // The server closes its side, gracefully or not, after it has processed the bytes.
        var answer = new byte[1_000];
        try
        {
            while (await stream.ReadAsync(answer) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }
}
