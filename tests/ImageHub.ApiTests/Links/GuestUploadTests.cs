using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Tags;
using ImageHub.Application.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static ImageHub.Testing.HeldRequests;

namespace ImageHub.ApiTests.Links;

/// <summary>Photos that guests send through a link: their approval, their visibility before the approval, and the limits.</summary>
public sealed class GuestUploadTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private readonly byte[] dance = TestImages.Jpeg(seed: 11);
    private readonly byte[] toast = TestImages.Jpeg(seed: 12);
    private readonly byte[] cake = TestImages.Jpeg(seed: 13);
    private ShiftedClock clock = null!;
    private ImageHubServer server = null!;
    private Guid group;
    private JsonElement link;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync();
        group = await server.Admin.CreateGroupAsync("Wedding");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_guest_sends_photos_that_appear_in_the_group_after_a_curator_has_approved_them()
    {
        var first = await server.Admin.AddImageAsync(group, "first.jpg", TestImages.Jpeg(seed: 1));
        using var grace = await GuestAsync();
        (await grace.LeftAsync()).ShouldBe((100, 10_000_000_000));

        var (id, urls) = await grace.BeginAsync("  Grace ", ("dance.jpg", dance), ("toast.jpg", toast));
        urls.ShouldAllBe(url => url.StartsWith($"{grace.Path}/uploads/tus/", StringComparison.Ordinal));
        (await grace.LeftAsync()).ShouldBe((98, 10_000_000_000 - dance.Length - toast.Length));
        await grace.Client.TusPatchAsync(urls[1], 0, toast).StatusAsync(HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[0], 0, dance[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        (await grace.Client.TusOffsetAsync(urls[0])).ShouldBe(1_000);
        (await grace.ReceiptAsync(id)).Text("state").ShouldBe("open");
        await grace.Client.TusPatchAsync(urls[0], 1_000, dance[1_000..]).StatusAsync(HttpStatusCode.NoContent);
        var receipt = await grace.ReceiptAsync(id);
        (receipt.Text("state"), receipt.GetProperty("uploaded").GetInt32(), receipt.GetProperty("groupId").ValueKind).ShouldBe(("finished", 2, JsonValueKind.Null));
        receipt.Items("files").Select(file => (file.Text("fileName"), file.Text("status"))).ShouldBe([("dance.jpg", "uploaded"), ("toast.jpg", "uploaded")]);

        var pending = await PendingAsync();
        pending.Select(image => image.Text("fileName")).ShouldBe(["toast.jpg", "dance.jpg"]);
        pending.ShouldAllBe(image => image.GetProperty("isPending").GetBoolean() && image.Id("groupId") == group && image.GetProperty("sentBy").Text("name") == "Grace");
        (await GroupAsync()).ShouldBe((1, 2));

        var results = await BulkAsync("approve", [pending[1].Id(), pending[0].Id()]);
        results.Select(item => item.GetProperty("status").GetInt32()).ShouldBe([204, 204]);

        (await GroupAsync()).ShouldBe((3, 0));
        var shown = (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items();
        shown.Select(image => image.Id()).ShouldBe([first, pending[1].Id(), pending[0].Id()]);
        shown[1].TryGetProperty("isPending", out var _).ShouldBeFalse();
        await server.Visitor.GetAsync(shown[1].GetProperty("low").Text("url")!).StatusAsync(HttpStatusCode.OK);
        (await grace.ReceiptAsync(id)).GetProperty("uploaded").GetInt32().ShouldBe(2);
        (await grace.LeftAsync()).Files.ShouldBe(98);
    }

    [Fact]
    public async Task Pending_photos_are_missing_from_lists_counts_tags_and_searches_and_strangers_cannot_open_them()
    {
        await server.Admin.AddImageAsync(group, "first.jpg", TestImages.Jpeg(seed: 1));
        using var grace = await GuestAsync(new { uploads = true, favourites = true });
        var before = await CountsAsync();
        var captioned = TestImages.WithSegment(dance, 0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Xmp("seen-once-by-guests")]);

        await grace.SendAsync("Grace", ("unique-dance.jpg", captioned), ("first.jpg", TestImages.Jpeg(seed: 1)));

        (await CountsAsync()).ShouldBe(before);
        var pending = (await PendingAsync())[0];
        pending.Items("tags").Select(tag => tag.GetString()).ShouldBe(["seen-once-by-guests"]);
        (await server.Admin.GetAsync("/api/v1/images?q=unique-dance").JsonAsync()).Items().ShouldBeEmpty();
        (await server.Admin.GetAsync("/api/v1/images?tag=seen-once-by-guests").JsonAsync()).Items().ShouldBeEmpty();
        (await server.Admin.GetAsync($"/api/v1/images?sha256={(await server.Admin.GetAsync($"/api/v1/images/{pending.Id()}").JsonAsync()).Text("sha256")}").JsonAsync()).Items().ShouldBeEmpty();
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().ShouldHaveSingleItem();
        (await grace.Client.GetAsync($"{grace.Path}/images").JsonAsync()).Items().ShouldHaveSingleItem();
        await server.Admin.GetAsync($"/api/v1/groups/{group}/images/unique-dance.jpg").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await grace.Client.PutAsJsonAsync($"{grace.Path}/favourites/{pending.Id()}", new { }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await grace.Client.GetAsync($"{grace.Path}/images/{pending.Id()}/low").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsJsonAsync($"/api/v1/images/{pending.Id()}/links", new { variant = "low", expiresInSeconds = 300 }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { coverImageId = pending.Id() }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{pending.Id()}", new { groupId = group }).ProblemAsync(HttpStatusCode.Conflict, "imagePending");
        using var reader = server.WithKey(await server.Admin.CreateKeyAsync("read"));
        foreach (var stranger in new[] { server.Visitor, reader, grace.Client })
        {
            foreach (var part in new[] { "", "/low", "/full", "/original", "/thumbnails/200" })
            {
                using var answer = await stranger.GetAsync($"/api/v1/images/{pending.Id()}{part}");
                ((int)answer.StatusCode).ShouldBeOneOf(401, 403, 404);
            }

            await stranger.GetAsync($"/api/v1/groups/{group}/images?pending=true").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        }

        foreach (var part in new[] { "", "/low", "/high", "/full", "/thumbnails/200" })
        {
            using var answer = await server.Admin.GetAsync($"/api/v1/images/{pending.Id()}{part}");
            (answer.StatusCode, answer.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "no-store, private"), part);
        }

        var details = await server.Admin.GetAsync($"/api/v1/images/{pending.Id()}").JsonAsync();
        (details.Id("groupId"), details.GetProperty("isPending").GetBoolean(), details.GetProperty("sentBy").Text("name")).ShouldBe((group, true, "Grace"));
    }

    [Fact]
    public async Task A_guests_photo_has_no_location_and_no_original_before_or_after_approval()
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("paris.jpg", TestImages.WithExif(dance, MetadataFixtures.GeotaggedExif().ToBytes())), ("plain.jpg", toast));
        var pending = await PendingAsync();

        await EnsureWithoutOriginalAsync();
        await BulkAsync("approve", pending.Select(image => image.Id()));
        await EnsureWithoutOriginalAsync();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{pending[1].Id()}", new { rotate = 90 }).StatusAsync(HttpStatusCode.OK);
        await EnsureWithoutOriginalAsync();

        async Task EnsureWithoutOriginalAsync()
        {
            foreach (var image in pending)
            {
                (await server.Admin.GetAsync($"/api/v1/images/{image.Id()}").JsonAsync()).GetProperty("location").ValueKind.ShouldBe(JsonValueKind.Null);
                await server.Admin.GetAsync($"/api/v1/images/{image.Id()}/original").ProblemAsync(HttpStatusCode.NotFound, "notFound");
                await server.Admin.GetAsync($"/api/v1/images/{image.Id()}/full").StatusAsync(HttpStatusCode.OK);
            }

            (await server.SqlAsync("SELECT count(*) FROM images WHERE is_from_guest AND (has_original OR latitude IS NOT NULL OR longitude IS NOT NULL)")).ShouldBe(0L);
        }
    }

    [Fact]
    public async Task Approval_renames_a_photo_with_a_taken_name_and_refuses_duplicate_content_and_photos_that_are_not_pending()
    {
        var own = await server.Admin.AddImageAsync(group, "dance.jpg", cake);
        using var grace = await GuestAsync();
        using var ada = await SendingGuest.OpenAsync(server, link);
        await grace.SendAsync("Grace", ("dance.jpg", dance), ("same.jpg", cake));
        await ada.SendAsync("Ada", ("dance.jpg", dance), ("dance.jpg", toast));
        (await PendingAsync()).Select(image => image.Text("fileName")).ShouldBe(["dance.jpg", "same.jpg", "dance.jpg", "dance (2).jpg"]);
        var graceId = (await PendingAsync())[0].GetProperty("sentBy").Id("guestId");
        var graces = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pending=true&guest={graceId}").JsonAsync()).Items();
        graces.Select(image => image.GetProperty("sentBy").Text("name")).ShouldBe(["Grace", "Grace"]);

        var items = await BulkAsync("approve", [.. (await PendingAsync()).Select(image => image.Id()), own]);

        items.Select(item => (item.GetProperty("status").GetInt32(), item.TryGetProperty("code", out var code) ? code.GetString() : null))
            .ShouldBe([(204, null), (409, "duplicateContent"), (409, "duplicateContent"), (204, null), (409, "notPending")]);
        (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName"))
            .ShouldBe(["dance.jpg", "dance (2).jpg", "dance (2) (2).jpg"]);
        (await GroupAsync()).ShouldBe((3, 2));
        await server.Admin.GetAsync($"/api/v1/groups/{group}/images?guest={graceId}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Fact]
    public async Task Uploads_stay_within_the_limits_of_the_guest_and_of_the_link_and_announcements_reserve_nothing_of_the_links_limit()
    {
        using var grace = await GuestAsync(new { uploads = true, maxFiles = 3, maxFilesPerGuest = 2, maxBytes = 1_000_000 });
        using var ada = await SendingGuest.OpenAsync(server, link);

        // Grace announces three files, but sends none of them yet.
        var upload = await grace.AnnounceAsync("Grace", ("dance.jpg", dance), ("toast.jpg", toast), ("cake.jpg", cake)).JsonAsync(HttpStatusCode.Created);
        upload.Items("files").Select(file => (file.Text("status"), file.Text("code"))).ShouldBe([("needed", null), ("needed", null), ("failed", "guestFull")]);
        await grace.AnnounceAsync("Grace", ("more.jpg", cake)).ProblemAsync(HttpStatusCode.Conflict, "guestFull");
        (await grace.LeftAsync()).Files.ShouldBe(0);
        (await ada.LeftAsync()).ShouldBe((2, 1_000_000));
        await ada.AnnounceAsync("Ada", ("big.jpg", new byte[1_000_001])).ProblemAsync(HttpStatusCode.Conflict, "linkFull");

        // Announcements reserve nothing of the link's limit: the photos that arrive first count.
        var ofAda = await ada.BeginAsync("Ada", ("dance.jpg", dance), ("toast.jpg", toast));
        var urls = upload.Items("files").Take(2).Select(file => file.Text("uploadUrl")!).ToArray();
        await ada.Client.TusPatchAsync(ofAda.Urls[0], 0, dance).StatusAsync(HttpStatusCode.NoContent);
        await ada.Client.TusPatchAsync(ofAda.Urls[1], 0, toast).StatusAsync(HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[0], 0, dance).StatusAsync(HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[1], 0, toast).ProblemAsync(HttpStatusCode.Conflict, "linkFull");

        (await grace.ReceiptAsync(upload.Id())).Items("files").Select(file => file.Text("code")).ShouldBe([null, "linkFull", "guestFull"]);
        (await grace.LeftAsync()).Files.ShouldBe(0);
        await ada.AnnounceAsync("Ada", ("cake.jpg", cake)).ProblemAsync(HttpStatusCode.Conflict, "guestFull");
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { maxFiles = 4, maxFilesPerGuest = (int?)null }).StatusAsync(HttpStatusCode.OK);
        await ada.SendAsync("Ada", ("cake.jpg", cake));
        (await GroupAsync()).ShouldBe((0, 4));
    }

    [Fact]
    public async Task Parallel_guests_never_exceed_the_limit_of_the_link()
    {
        using var first = await GuestAsync(new { uploads = true, maxFiles = 5 });
        SendingGuest[] guests = [first, .. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendingGuest.OpenAsync(server, link)))];

        var statuses = await Task.WhenAll(guests.Select(async (guest, index) =>
        {
            byte[][] photos = [.. Enumerable.Range(0, 3).Select(number => TestImages.Jpeg(120, 90, seed: (index * 10) + number))];
            var (_, urls) = await guest.BeginAsync($"Guest {index}", photos.Select((photo, number) => ($"{number}.jpg", photo)));
            return await Task.WhenAll(urls.Zip(photos, async (url, photo) =>
            {
                using var answer = await guest.Client.TusPatchAsync(url, 0, photo);
                return answer.StatusCode;
            }));
        }));

        statuses.SelectMany(status => status).Count(status => status == HttpStatusCode.NoContent).ShouldBe(5);
        statuses.SelectMany(status => status).Count(status => status == HttpStatusCode.Conflict).ShouldBe(7);
        (await GroupAsync()).ShouldBe((0, 5));
        Array.ForEach(guests, guest => guest.Dispose());
    }

    /// <summary>A guest announces the same photos again if the answer to the announcement was lost.</summary>
    [Fact]
    public async Task Photos_that_are_announced_again_count_once_and_the_first_addresses_end()
    {
        var small = await SendingGuest.ShareAsync(server, group, new { uploads = true, maxFilesPerGuest = 2 });
        using var guest = await SendingGuest.OpenAsync(server, small);
        var (_, lost) = await guest.BeginAsync("Grace", ("dance.jpg", dance), ("toast.jpg", toast));

        var (_, urls) = await guest.BeginAsync("Grace", ("dance.jpg", dance), ("toast.jpg", toast));

        (await guest.LeftAsync()).Files.ShouldBe(0);
        await guest.Client.TusPatchAsync(lost[0], 0, dance).ProblemAsync(HttpStatusCode.Gone, "uploadGone");
        await guest.Client.TusPatchAsync(urls[0], 0, dance).StatusAsync(HttpStatusCode.NoContent);
        await guest.Client.TusPatchAsync(urls[1], 0, toast).StatusAsync(HttpStatusCode.NoContent);

        // A photo of which bytes have arrived is kept.
        await guest.AnnounceAsync("Grace", ("cake.jpg", cake)).ProblemAsync(HttpStatusCode.Conflict, "guestFull");
    }

    [Fact]
    public async Task A_guests_seventh_concurrent_upload_is_refused_and_other_guests_at_the_same_address_can_still_upload()
    {
        using var grace = await GuestAsync();
        using var ada = await SendingGuest.OpenAsync(server, link);

        // The server aborts a request whose body arrives at less than 240 bytes a second on average. A large first half keeps the average above that.
        byte[][] photos = [.. Enumerable.Range(0, 7).Select(number => TestImages.JpegOf(500_000, seed: 70 + number))];
        var (_, urls) = await grace.BeginAsync("Grace", photos.Select((photo, number) => ($"{number}.jpg", photo)));
        var rest = new TaskCompletionSource();
        var contents = photos[..6].Select(photo => new SlowContent(photo, rest.Task, "application/offset+octet-stream")).ToArray();
        var open = contents.Select((content, number) => grace.Client.TusPatchAsync(urls[number], 0, content, expectContinue: true)).ToArray();
        await Task.WhenAll(contents.Select(content => content.Begun));

        await grace.Client.TusPatchAsync(urls[6], 0, photos[6]).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        await ada.SendAsync("Ada", ("dance.jpg", dance));
        await ada.Client.GetAsync($"{ada.Path}/images").StatusAsync(HttpStatusCode.OK);

        rest.SetResult();
        (await Task.WhenAll(open)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[6], 0, photos[6]).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_link_without_uploads_shows_no_trace_of_them()
    {
        var plain = await SendingGuest.ShareAsync(server, group, new { });
        using var guest = await SendingGuest.OpenAsync(server, plain);

        using var opened = await guest.Client.GetAsync(guest.Path);
        opened.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(cookie => cookie.StartsWith("imagehub_guest", StringComparison.Ordinal));
        (await JsonDocument.ParseAsync(await opened.Content.ReadAsStreamAsync())).RootElement.GetProperty("uploads").ValueKind.ShouldBe(JsonValueKind.Null);
        await guest.AnnounceAsync("Grace", ("dance.jpg", dance)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await guest.Client.GetAsync($"{guest.Path}/uploads/{Guid.NewGuid()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Uploads_of_another_guest_another_link_or_an_account_are_not_found()
    {
        using var grace = await GuestAsync();
        var (id, urls) = await grace.BeginAsync("Grace", ("dance.jpg", dance));
        using var ada = await SendingGuest.OpenAsync(server, link);
        await ada.SendAsync("Ada", ("toast.jpg", toast));
        using var other = await SendingGuest.OpenAsync(server, await SendingGuest.ShareAsync(server, group));
        await other.SendAsync("Other", ("toast.jpg", toast));
        var (ownId, ownUrls) = await server.Admin.AnnounceAsync(group, [("own.jpg", cake)]);
        var file = urls[0].Split('/')[^1];

        foreach (var (guest, upload, url) in new[]
        {
            (ada, id, urls[0]), (other, id, $"{other.Path}/uploads/tus/{file}"), (ada, ownId, $"{ada.Path}/uploads/tus/{ownUrls[0].Split('/')[^1]}"),
        })
        {
            await guest.Client.GetAsync($"{guest.Path}/uploads/{upload}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
            await guest.Client.TusPatchAsync(url, 0, dance).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            await guest.Client.TusDeleteAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            await guest.Client.TusHeadAsync(url).StatusAsync(HttpStatusCode.NotFound);
        }

        await server.Admin.TusPatchAsync($"{TusRequests.Path}/{file}", 0, dance).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.GetAsync($"/api/v1/uploads/{id}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await grace.Client.TusPatchAsync(urls[0], 7, dance).ProblemAsync(HttpStatusCode.Conflict, "offsetMismatch");
        await grace.Client.TusDeleteAsync(urls[0]).StatusAsync(HttpStatusCode.NoContent);
        (await grace.ReceiptAsync(id)).GetProperty("failed").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_unfinished_upload_is_refused_after_uploads_are_disabled_the_group_is_trashed_or_the_link_is_revoked()
    {
        using var grace = await GuestAsync();
        var (_, urls) = await grace.BeginAsync("Grace", ("dance.jpg", dance), ("toast.jpg", toast));
        await grace.Client.TusPatchAsync(urls[0], 0, dance[..1_000]).StatusAsync(HttpStatusCode.NoContent);

        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { uploads = false }).StatusAsync(HttpStatusCode.OK);
        await grace.Client.TusPatchAsync(urls[0], 1_000, dance[1_000..]).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { uploads = true }).StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[0], 1_000, dance[1_000..]).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[0], 1_000, dance[1_000..]).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await grace.Client.TusPatchAsync(urls[1], 0, toast).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        // The photo that arrived in time can still be approved.
        var photo = (await PendingAsync()).ShouldHaveSingleItem();
        photo.GetProperty("sentBy").Text("name").ShouldBe("Grace");
        (await BulkAsync("approve", [photo.Id()]))[0].GetProperty("status").GetInt32().ShouldBe(204);
    }

    [Fact]
    public async Task Guest_uploads_require_the_links_password_a_name_and_the_guest_cookie()
    {
        var locked = await SendingGuest.ShareAsync(server, group, new { uploads = true, password = ImageHubServer.LinkPassword });
        using var guest = new SendingGuest(server.NewClient(useCookies: true), "/api/v1" + locked.Text("url"));
        await guest.AnnounceAsync("Grace", ("dance.jpg", dance)).ProblemAsync(HttpStatusCode.Unauthorized, "passwordRequired");
        await guest.Client.PostAsJsonAsync($"{guest.Path}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);
        await guest.AnnounceAsync("Grace", ("dance.jpg", dance)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await guest.Client.GetAsync(guest.Path).StatusAsync(HttpStatusCode.OK);

        foreach (var name in new[] { "", "   ", new string('x', 101) })
        {
            var problem = await guest.AnnounceAsync(name, ("dance.jpg", dance)).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").TryGetProperty("guestName", out var _).ShouldBeTrue(problem.ToString());
        }

        await guest.SendAsync(new string('x', 100), ("dance.jpg", dance));
        await guest.SendAsync("Gu\u0308nter", ("toast.jpg", toast));
        (await PendingAsync()).ShouldAllBe(image => image.GetProperty("sentBy").Text("name") == "G\u00fcnter");
    }

    [Fact]
    public async Task Limits_of_links_are_checked_and_shown_to_admins()
    {
        foreach (var (wrong, field) in new (object, string)[]
        {
            (new { maxFiles = 0 }, "maxFiles"), (new { maxFiles = 5_001 }, "maxFiles"), (new { maxFilesPerGuest = 0 }, "maxFilesPerGuest"), (new { maxBytes = 999_999 }, "maxBytes"),
            (new { maxBytes = 1_000_000_000_001 }, "maxBytes"),
        })
        {
            (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", wrong).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed"))
                .GetProperty("errors").TryGetProperty(field, out var _).ShouldBeTrue(field);
        }

        link = await SendingGuest.ShareAsync(server, group, new { uploads = true, maxFiles = 12, maxFilesPerGuest = 5_000, maxBytes = 2_000_000 });
        (await LimitsAsync()).ShouldBe((true, 12, 5_000, 2_000_000));
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { maxBytes = (long?)null }).StatusAsync(HttpStatusCode.OK);
        (await LimitsAsync()).ShouldBe((true, 12, 5_000, 10_000_000_000));
        await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { uploads = (bool?)null }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        link = await SendingGuest.ShareAsync(server, group, new { });
        (await LimitsAsync()).ShouldBe((false, 500, 100, 10_000_000_000));

        async Task<(bool Uploads, int Files, int PerGuest, long Bytes)> LimitsAsync()
        {
            var shown = await server.Admin.GetAsync($"/api/v1/links/{link.Id()}").JsonAsync();
            return (shown.GetProperty("uploads").GetBoolean(), shown.GetProperty("maxFiles").GetInt32(), shown.GetProperty("maxFilesPerGuest").GetInt32(), shown.GetProperty("maxBytes").GetInt64());
        }
    }

    [Fact]
    public async Task Pending_photos_go_to_the_trash_and_back_alone_and_with_their_group()
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance), ("toast.jpg", toast));
        var photo = (await PendingAsync())[0].Id();

        await BulkAsync("delete", [photo]);
        (await GroupAsync()).ShouldBe((0, 1));
        var trashed = (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items().Single(item => item.Id() == photo);
        (trashed.Id("groupId"), trashed.Text("fileName")).ShouldBe((group, "dance.jpg"));
        (await BulkAsync("approve", [photo]))[0].GetProperty("status").GetInt32().ShouldBe(404);
        await server.Admin.PostAsync($"/api/v1/images/{photo}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await GroupAsync()).ShouldBe((0, 2));

        await BulkAsync("delete", [photo]);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        (await server.Admin.PostAsync($"/api/v1/images/{photo}/restore", null).ProblemAsync(HttpStatusCode.Conflict, "groupInTrash")).Text("detail")!.ShouldContain("'Wedding'");
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await GroupAsync()).ShouldBe((0, 1));
        await server.Admin.PostAsync($"/api/v1/images/{photo}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await PendingAsync()).Count.ShouldBe(2);

        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        (await server.SqlAsync($"SELECT count(*) FROM images WHERE inbox_of = '{group}'")).ShouldBe(0L);
        (await server.SqlAsync($"SELECT count(*) FROM groups WHERE inbox_of = '{group}' OR id = '{group}'")).ShouldBe(0L);
    }

    [Fact]
    public async Task Pruning_trashes_photos_that_have_been_pending_for_ninety_days_and_deletes_guests_of_revoked_links()
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance));
        clock.Advance(TimeSpan.FromDays(89));
        await server.SignInOwnerAgainAsync();
        await PruneAsync();
        (await GroupAsync()).ShouldBe((0, 1));

        clock.Advance(TimeSpan.FromDays(1.1));
        await PruneAsync();
        await server.SignInOwnerAgainAsync();
        (await GroupAsync()).ShouldBe((0, 0));
        (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items().Select(item => item.Text("fileName")).ShouldContain("dance.jpg");

        using var idle = await SendingGuest.OpenAsync(server, link);
        await idle.BeginAsync("Idle", ("toast.jpg", toast));
        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await PruneAsync();
        (await server.SqlAsync($"SELECT count(*) FROM upload_guests WHERE link_id = '{link.Id()}'")).ShouldBe(0L);
        (await server.SqlAsync($"SELECT count(*) FROM upload_batches WHERE group_id IN (SELECT id FROM groups WHERE inbox_of = '{group}')")).ShouldBe(0L);

        // The inbox remains while its photo is in the trash.
        (await server.SqlAsync($"SELECT count(*) FROM groups WHERE inbox_of = '{group}'")).ShouldBe(1L);
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        await PruneAsync();
        (await server.SqlAsync($"SELECT count(*) FROM groups WHERE inbox_of = '{group}'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_guest_from_whom_photos_are_awaited_is_kept_as_long_as_their_uploads()
    {
        using var grace = await GuestAsync();
        var large = new byte[700_000];
        var (id, urls) = await grace.BeginAsync("Grace", ("dance.jpg", large), ("toast.jpg", toast));
        clock.Advance(TimeSpan.FromHours(23.5));
        await grace.Client.TusPatchAsync(urls[0], 0, large[..600_000]).StatusAsync(HttpStatusCode.NoContent);

        clock.Advance(TimeSpan.FromHours(1));
        await PruneAsync();

        (await grace.Client.TusOffsetAsync(urls[0])).ShouldBe(600_000);
        (await grace.ReceiptAsync(id)).GetProperty("uploaded").GetInt32().ShouldBe(0);

        // After their uploads have expired, the guest is idle.
        clock.Advance(TimeSpan.FromDays(7));
        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneUploads());
        }

        await PruneAsync();
        (await server.SqlAsync($"SELECT count(*) FROM upload_guests WHERE link_id = '{link.Id()}'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_pending_photo_that_was_restored_stays_for_ninety_days_more()
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance));
        var photo = (await PendingAsync()).ShouldHaveSingleItem().Id();
        clock.Advance(TimeSpan.FromDays(90.1));
        await PruneAsync();
        await server.SignInOwnerAgainAsync();
        await server.Admin.PostAsync($"/api/v1/images/{photo}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        await StaysForNinetyDaysAsync();
    }

    [Fact]
    public async Task A_pending_photo_that_was_restored_with_its_group_stays_for_ninety_days_more()
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance));
        clock.Advance(TimeSpan.FromDays(80));
        await server.SignInOwnerAgainAsync();
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        clock.Advance(TimeSpan.FromDays(20));
        await server.SignInOwnerAgainAsync();
        await server.Admin.PostAsync($"/api/v1/groups/{group}/restore", null).StatusAsync(HttpStatusCode.NoContent);

        await StaysForNinetyDaysAsync();
    }

    [Theory]
    [InlineData("photo")]
    [InlineData("group")]
    public async Task A_restored_photo_without_a_time_taken_is_found_by_the_day_of_its_restoration(string what)
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance));
        var photo = (await PendingAsync()).ShouldHaveSingleItem().Id();
        var address = what == "photo" ? $"/api/v1/images/{photo}" : $"/api/v1/groups/{group}";
        await server.Admin.DeleteAsync(address).StatusAsync(HttpStatusCode.NoContent);
        clock.Advance(TimeSpan.FromDays(20));
        await server.SignInOwnerAgainAsync();
        await server.Admin.PostAsync($"{address}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await BulkAsync("approve", [photo]);

        var created = (await server.Admin.GetAsync($"/api/v1/images/{photo}").JsonAsync()).GetProperty("createdAt").GetDateTimeOffset();
        created.ShouldBe(clock.GetUtcNow(), TimeSpan.FromMinutes(5));
        var found = await server.Admin.GetAsync($"/api/v1/images?takenFrom={created.UtcDateTime:yyyy-MM-dd}&cursor=").JsonAsync();
        found.Items().Select(image => image.Id()).ShouldContain(photo);
    }

    [Fact]
    public async Task The_links_byte_limit_also_covers_all_guests_unfinished_photos()
    {
        using var grace = await GuestAsync(new { uploads = true, maxBytes = 1_000_000 });
        using var ada = await SendingGuest.OpenAsync(server, link);
        var large = new byte[700_000];
        var (_, graces) = await grace.BeginAsync("Grace", ("a.jpg", large));
        var (_, adas) = await ada.BeginAsync("Ada", ("b.jpg", large), ("dance.jpg", dance));
        await grace.Client.TusPatchAsync(graces[0], 0, large[..600_000]).StatusAsync(HttpStatusCode.NoContent);

        var problem = await ada.Client.TusPatchAsync(adas[0], 0, large[..600_000]).ProblemAsync(HttpStatusCode.Conflict, "linkFull");

        problem.Text("detail").ShouldBe("This link accepts 1000000 bytes; 0 bytes of photos and 600000 bytes of unfinished photos are stored. Send the photo in one request.");
        (await ada.Client.TusOffsetAsync(adas[0])).ShouldBe(0);

        // A photo that is sent in one request is accepted.
        await ada.Client.TusPatchAsync(adas[1], 0, dance).StatusAsync(HttpStatusCode.NoContent);
        (await PendingAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Parts_that_guests_send_at_the_same_time_do_not_exceed_the_links_byte_limit_together()
    {
        using var grace = await GuestAsync(new { uploads = true, maxBytes = 1_000_000 });
        using var ada = await SendingGuest.OpenAsync(server, link);
        var large = new byte[700_000];
        var (graces, adas) = ((await grace.BeginAsync("Grace", ("a.jpg", large))).Urls[0], (await ada.BeginAsync("Ada", ("b.jpg", large))).Urls[0]);
        var before = StoredFiles.PartsOf(server.DataDirectory).Length;
        Task<HttpResponseMessage>[] sending;
        await using (var holder = new NpgsqlConnection(server.ConnectionString))
        {
            await holder.OpenAsync();
            await using var hold = new NpgsqlCommand("BEGIN; SELECT FROM upload_files FOR UPDATE", holder);
            await hold.ExecuteNonQueryAsync();
            sending = [grace.Client.TusPatchAsync(graces, 0, large[..600_000]), ada.Client.TusPatchAsync(adas, 0, large[..600_000])];

            // A part is stored after the first check of the limit.
            await UntilAsync(() => Task.FromResult(StoredFiles.PartsOf(server.DataDirectory).Length == before + 2), sending);
        }

        (await Task.WhenAll(sending)).Select(answer => (int)answer.StatusCode).Order().ShouldBe([204, 409]);
        (await grace.Client.TusOffsetAsync(graces) + await ada.Client.TusOffsetAsync(adas)).ShouldBe(600_000);
        StoredFiles.PartsOf(server.DataDirectory).Length.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_sidecar_gives_a_guests_photo_no_location()
    {
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance));
        var photo = (await PendingAsync()).ShouldHaveSingleItem().Id();
        await BulkAsync("approve", [photo]);

        using var sidecar = new StringContent("""{"title": "dance.jpg", "description": "The first dance", "geoData": {"latitude": 48.8584, "longitude": 2.2945}}""", System.Text.Encoding.UTF8, "application/json");
        await server.Admin.PutAsync($"/api/v1/images/{photo}/sidecar", sidecar).StatusAsync(HttpStatusCode.OK);

        var image = await server.Admin.GetAsync($"/api/v1/images/{photo}").JsonAsync();
        (image.Text("description"), image.GetProperty("location").ValueKind).ShouldBe(("The first dance", JsonValueKind.Null));
    }

    [Fact]
    public async Task A_key_for_uploads_cannot_delete_a_new_group_with_pending_photos()
    {
        var key = server.WithKey(await server.Admin.CreateKeyAsync("upload"));
        group = (await key.PostAsJsonAsync("/api/v1/groups", new { title = "Party" }).JsonAsync(HttpStatusCode.Created)).Id();
        using var grace = await GuestAsync();
        await grace.SendAsync("Grace", ("dance.jpg", dance));

        await key.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.Forbidden);
        (await PendingAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Deleting_a_links_favourites_keeps_its_guests_photos_receipts_and_used_allowance()
    {
        using var grace = await GuestAsync(new { uploads = true, favourites = true });
        var id = await grace.SendAsync("Grace", ("dance.jpg", dance));
        await grace.Client.PostAsJsonAsync($"{grace.Path}/favourites/submit", new { name = "Grace" }).StatusAsync(HttpStatusCode.OK);

        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}/favourites").StatusAsync(HttpStatusCode.NoContent);

        (await PendingAsync()).ShouldHaveSingleItem().GetProperty("sentBy").Text("name").ShouldBe("Grace");
        (await grace.ReceiptAsync(id)).GetProperty("uploaded").GetInt32().ShouldBe(1);
        (await grace.LeftAsync()).Files.ShouldBe(99);
    }

    private static byte[] Xmp(string tag) => System.Text.Encoding.UTF8.GetBytes(
        $"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag><rdf:li>{tag}</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>""");

    /// <summary>Asserts that the group's pending photo is pruned ninety days from now, and not before.</summary>
    private async Task StaysForNinetyDaysAsync()
    {
        await PruneAsync();
        (await GroupAsync()).ShouldBe((0, 1));

        clock.Advance(TimeSpan.FromDays(90.1));
        await PruneAsync();
        await server.SignInOwnerAgainAsync();
        (await GroupAsync()).ShouldBe((0, 0));
    }

    private async Task<SendingGuest> GuestAsync(object? options = null)
    {
        link = await SendingGuest.ShareAsync(server, group, options);
        return await SendingGuest.OpenAsync(server, link);
    }

    private async Task<IReadOnlyList<JsonElement>> PendingAsync() => (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pending=true").JsonAsync()).Items();

    private async Task<(int Images, int Pending)> GroupAsync()
    {
        var shown = await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync();
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}").JsonAsync()).TryGetProperty("pendingCount", out var _).ShouldBeFalse();
        return (shown.GetProperty("imageCount").GetInt32(), shown.GetProperty("pendingCount").GetInt32());
    }

    private async Task<IReadOnlyList<JsonElement>> BulkAsync(string action, IEnumerable<Guid> ids) =>
        (await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action, ids }).JsonAsync()).Items();

    private async Task PruneAsync()
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneGuestUploads());
    }

    /// <summary>Reads the tags, months, images and duplicates that admins see, and the months and the group that visitors see.</summary>
    private async Task<string> CountsAsync()
    {
        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new AddUpFacets());
        }

        var answers = new List<string>();
        foreach (var path in new[] { "tags", "images/months", "images?page=1&pageSize=100", $"groups/{group}/images?page=1", "duplicates" })
        {
            answers.Add(await server.Admin.GetStringAsync($"/api/v1/{path}"));
        }

        answers.Add(await server.Visitor.GetStringAsync("/api/v1/images/months"));
        answers.Add(await server.Visitor.GetStringAsync($"/api/v1/groups/{group}"));
        return string.Join('\n', answers);
    }
}
