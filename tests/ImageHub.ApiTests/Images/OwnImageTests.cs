using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Npgsql;

namespace ImageHub.ApiTests.Images;

public sealed class OwnImageTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Own = "/api/v1/me/images";
    private const string Trash = "/api/v1/trash";

    private ImageHubServer server = null!;
    private Guid tier;
    private Guid adaId;
    private HttpClient ada = null!;
    private HttpClient bob = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres);
        tier = await server.Admin.CreateTierAsync("Studio", [100, 200]);
        adaId = await server.Admin.CreateUserAsync("ada", tier);
        await server.Admin.CreateUserAsync("bob", Tier.PremiumId);
        ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        bob = await server.SignInAsync("bob", ImageHubServer.UserPassword);
    }

    public ValueTask DisposeAsync()
    {
        ada.Dispose();
        bob.Dispose();
        return server.DisposeAsync();
    }

    [Fact]
    public async Task A_users_image_has_an_owner_and_links_to_exactly_what_the_tier_currently_allows()
    {
        using var answer = await PutAsync(ada, "a.jpg", TestImages.Jpeg());
        var image = await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created);

        answer.Headers.Location!.OriginalString.ShouldBe($"/api/v1/images/{image.Id()}");
        image.GetProperty("groupId").ValueKind.ShouldBe(JsonValueKind.Null);
        (image.GetProperty("owner").Id(), image.GetProperty("owner").Text("userName")).ShouldBe((adaId, "ada"));
        image.EnumerateObject().Select(field => field.Name).Intersect(["low", "medium", "high", "full"]).ShouldBeEmpty();
        Links(image).ShouldBe($"100=/api/v1/images/{image.Id()}/thumbnails/100 200=/api/v1/images/{image.Id()}/thumbnails/200");

        await server.Admin.PatchAsJsonAsync($"/api/v1/tiers/{tier}", new { thumbnailHeights = new[] { 50 }, originals = true }).StatusAsync(HttpStatusCode.OK);

        var expected = $"50=/api/v1/images/{image.Id()}/thumbnails/50 /api/v1/images/{image.Id()}/full?r=1 /api/v1/images/{image.Id()}/original";
        Links((await ada.GetAsync(Own).JsonAsync()).Items().Single()).ShouldBe(expected);
        Links(await ada.GetAsync($"/api/v1/images/{image.Id()}").JsonAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task A_users_33rd_concurrent_upload_is_refused_and_other_users_can_still_upload()
    {
        var rest = new TaskCompletionSource();
        var open = Enumerable.Range(0, 32).Select(number => ada.PutAsync($"{Own}/{number}.jpg", new SlowContent(TestImages.JpegOf(200_000, seed: 500 + number), rest.Task))).ToArray();
        var staging = new DirectoryInfo(Path.Combine(server.DataDirectory, "staging"));
        await Polling.EventuallyAsync(() => Task.FromResult(staging.EnumerateFiles("original", SearchOption.AllDirectories).Count() == 32));

        using var refused = await PutAsync(ada, "late.jpg", TestImages.Jpeg(seed: 1));
        await Task.FromResult(refused).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await PutAsync(bob, "b.jpg", TestImages.Jpeg(seed: 2)).StatusAsync(HttpStatusCode.Created);

        rest.SetResult();
        (await Task.WhenAll(open)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        await PutAsync(ada, "late.jpg", TestImages.Jpeg(seed: 1)).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_upload_of_many_own_files_is_reported_like_an_upload_to_a_group()
    {
        var (first, second) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        using var body = new MultipartFormDataContent { { new StringContent("sea, harbour"), "tags" } };
        foreach (var (name, content) in (ValueTuple<string, byte[]>[])[("a.jpg", first), ("b.jpg", second), ("again.jpg", first), ("notes.txt", "no image"u8.ToArray())])
        {
            body.AddFile(name, content);
        }

        var report = await ada.PostAsync(Own, body).JsonAsync(HttpStatusCode.Created);

        report.Items("uploaded").Select(file => (file.GetProperty("index").GetInt32(), file.Text("fileName"))).ShouldBe([(0, "a.jpg"), (1, "b.jpg")]);
        report.Items("uploaded").ShouldAllBe(file => file.Items("tags").Count == 2 && file.GetProperty("links").GetProperty("thumbnails").ValueKind == JsonValueKind.Object);
        report.Items("skipped").Single().Text("code").ShouldBe("duplicateContent");
        report.Items("failed").Single().Text("code").ShouldBe("unsupportedFormat");
        (await ada.GetAsync($"{Own}?pageSize=1&cursor=").JsonAsync()).Items().Single().Text("fileName").ShouldBe("b.jpg");
        (await ada.GetAsync($"{Own}?page=2&pageSize=1").JsonAsync()).Items().Single().Text("fileName").ShouldBe("a.jpg");
        await server.Visitor.GetAsync(Own).StatusAsync(HttpStatusCode.Unauthorized);
        await server.Admin.GetAsync(Own).StatusAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Duplicates_are_detected_among_the_images_of_one_user()
    {
        var content = TestImages.Jpeg();
        await PutAsync(ada, "a.jpg", content).StatusAsync(HttpStatusCode.Created);

        await PutAsync(ada, "b.jpg", content).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
        await PutAsync(ada, "a.jpg", TestImages.Jpeg(seed: 1)).ProblemAsync(HttpStatusCode.Conflict, "duplicateFileName");
        await PutAsync(bob, "a.jpg", content).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Only_the_owner_and_admins_see_a_users_image_on_any_route()
    {
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(group, "public.jpg", TestImages.Jpeg(seed: 1));
        var id = await AddAsync(ada, "private.jpg", TestImages.Jpeg(seed: 2));

        foreach (var stranger in (HttpClient[])[server.Visitor, bob])
        {
            foreach (var path in (string[])["", "/low", "/medium", "/high", "/full"])
            {
                await stranger.GetAsync($"/api/v1/images/{id}{path}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
            }

            (await stranger.GetAsync("/api/v1/images?sort=position").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(["public.jpg"]);
            (await stranger.GetAsync("/api/v1/images?q=private&cursor=").JsonAsync()).Items().ShouldBeEmpty();
        }

        await bob.GetAsync($"/api/v1/images/{id}/original").StatusAsync(HttpStatusCode.NotFound);
        (await bob.GetAsync(Own).JsonAsync()).Items().ShouldBeEmpty();
        (await ada.GetAsync("/api/v1/images").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(["public.jpg"]);
        (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Count.ShouldBe(1);

        var all = (await server.Admin.GetAsync("/api/v1/images").JsonAsync()).Items();
        all.Select(image => image.Text("fileName")).ShouldBe(["private.jpg", "public.jpg"]);
        all[0].GetProperty("owner").Text("userName").ShouldBe("ada");
        all[1].GetProperty("low").Text("url").ShouldNotBeNull();
        var details = await server.Admin.GetAsync($"/api/v1/images/{id}").JsonAsync();
        (details.Text("format"), details.TryGetProperty("location", out _)).ShouldBe(("jpeg", true));
        (await ada.GetAsync($"/api/v1/images/{id}").JsonAsync()).TryGetProperty("location", out _).ShouldBeFalse();
        foreach (var path in (string[])["low", "medium", "high", "full", "original"])
        {
            using var bytes = await server.Admin.GetAsync($"/api/v1/images/{id}/{path}");
            bytes.StatusCode.ShouldBe(HttpStatusCode.OK);
            bytes.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        }
    }

    [Fact]
    public async Task When_originals_are_stored_the_owner_gets_full_and_original_but_never_low_or_high()
    {
        var id = await AddAsync(ada, "a.jpg", TestImages.Jpeg());
        foreach (var path in (string[])["low", "medium", "high", "full", "original"])
        {
            await ada.GetAsync($"/api/v1/images/{id}/{path}").ProblemAsync(HttpStatusCode.Forbidden, "tierForbids");
        }

        var tiff = await AddAsync(ada, "b.tif", TestImages.Tiff());
        await ada.GetAsync($"/api/v1/images/{tiff}/full?format=jpeg").ProblemAsync(HttpStatusCode.Forbidden, "tierForbids");

        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{adaId}", new { tierId = Tier.PremiumId }).StatusAsync(HttpStatusCode.OK);

        using (var jpeg = await ada.GetAsync($"/api/v1/images/{tiff}/full?r=1&format=jpeg"))
        {
            (jpeg.StatusCode, jpeg.Content.Headers.ContentType!.MediaType, jpeg.Headers.CacheControl!.ToString()).ShouldBe((HttpStatusCode.OK, "image/jpeg", "no-store, private"));
        }

        await bob.GetAsync($"/api/v1/images/{tiff}/full?format=jpeg").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await ada.GetAsync($"/api/v1/images/{id}/low").ProblemAsync(HttpStatusCode.Forbidden, "tierForbids");
        await ada.GetAsync($"/api/v1/images/{id}/medium").ProblemAsync(HttpStatusCode.Forbidden, "tierForbids");
        await ada.GetAsync($"/api/v1/images/{id}/high").ProblemAsync(HttpStatusCode.Forbidden, "tierForbids");
        foreach (var path in (string[])["full", "original"])
        {
            using var bytes = await ada.GetAsync($"/api/v1/images/{id}/{path}");
            bytes.StatusCode.ShouldBe(HttpStatusCode.OK);
            bytes.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        }
    }

    [Fact]
    public async Task No_route_finds_a_users_personal_group_or_accepts_it_as_a_target()
    {
        var group = await server.Admin.CreateGroupAsync("Curated");
        var curated = await server.Admin.AddImageAsync(group, "curated.jpg", TestImages.Jpeg(seed: 1));
        var image = await AddAsync(ada, "own.jpg", TestImages.Jpeg(seed: 2));
        var own = await server.OwnGroupAsync(adaId);
        var path = $"/api/v1/groups/{own}";

        (await server.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([group]);
        (await server.Admin.GetAsync($"/api/v1/images?groupId={own}").JsonAsync()).Items().ShouldBeEmpty();
        foreach (var caller in (HttpClient[])[server.Admin, ada, server.Visitor])
        {
            foreach (var below in (string[])["", "/images", "/images/own.jpg", "/archive"])
            {
                await caller.GetAsync(path + below).ProblemAsync(HttpStatusCode.NotFound, "notFound");
            }
        }

        await server.Admin.PatchAsJsonAsync(path, new { isPublished = true }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.DeleteAsync(path).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsync($"{path}/restore", null).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PutAsJsonAsync($"{path}/order", new { ids = new[] { image } }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostAsJsonAsync($"{path}/links", new { }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PutImageAsync(own, "new.jpg", TestImages.Jpeg(seed: 3)).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PostImagesAsync(own, ("new.jpg", TestImages.Jpeg(seed: 3))).ProblemAsync(HttpStatusCode.NotFound, "notFound");

        await ExpectInvalidAsync("ids", server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { own } }));
        await ExpectInvalidAsync("after", server.Admin.PutAsJsonAsync("/api/v1/groups/order", new { ids = new[] { group }, after = own }));
        await ExpectInvalidAsync("groupId", server.Admin.PatchAsJsonAsync($"/api/v1/images/{curated}", new { groupId = own }));
        await ExpectInvalidAsync("groupId", server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "move", ids = new[] { curated }, groupId = own }));

        await server.Admin.DeleteAsync($"/api/v1/users/{adaId}").StatusAsync(HttpStatusCode.NoContent);
        (await server.Admin.GetAsync(Trash).JsonAsync()).Items().Select(item => item.Text("kind")).ShouldBe(["image"]);
        await server.Admin.PostAsync($"{path}/restore", null).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task A_users_personal_group_lasts_until_its_last_image_is_purged_and_a_demoted_admin_gets_one()
    {
        await AddAsync(ada, "a.jpg", TestImages.Jpeg());
        await server.Admin.DeleteAsync($"/api/v1/users/{adaId}").StatusAsync(HttpStatusCode.NoContent);
        (await CountAsync($"FROM groups WHERE owner_id = '{adaId}'")).ShouldBe(1);

        await server.Admin.DeleteAsync(Trash).StatusAsync(HttpStatusCode.NoContent);
        (await CountAsync($"FROM groups WHERE owner_id = '{adaId}'")).ShouldBe(0);

        var created = new { userName = "carol", password = ImageHubServer.UserPassword, role = "admin" };
        var carolId = (await server.Admin.PostAsJsonAsync("/api/v1/users", created).JsonAsync(HttpStatusCode.Created)).Id();
        (await CountAsync($"FROM groups WHERE owner_id = '{carolId}'")).ShouldBe(0);
        await server.Admin.PatchAsJsonAsync($"/api/v1/users/{carolId}", new { role = "user" }).StatusAsync(HttpStatusCode.OK);
        using var carol = await server.SignInAsync("carol", ImageHubServer.UserPassword);
        await AddAsync(carol, "a.jpg", TestImages.Jpeg());
        (await UsedAsync(carolId)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_database_refuses_to_publish_a_users_personal_group()
    {
        var own = await server.OwnGroupAsync(adaId);

        var image = await AddAsync(ada, "a.jpg", TestImages.Jpeg());
        foreach (var (change, constraint) in (ValueTuple<string, string>[])
        [
            ($"groups SET is_published = true WHERE id = '{own}'", "ck_groups_own"),
            ($"groups SET product_id = 'A' WHERE id = '{own}'", "ck_groups_own"),
            ($"images SET is_published = true WHERE id = '{image}'", "ck_images_own"),
        ])
        {
            (await Should.ThrowAsync<PostgresException>(() => server.SqlAsync("UPDATE " + change))).ConstraintName.ShouldBe(constraint);
        }
    }

    [Fact]
    public async Task Only_admins_get_the_original_of_a_group_image()
    {
        var id = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg());
        var hidden = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(isPublished: false), "a.jpg", TestImages.Jpeg());

        await bob.GetAsync($"/api/v1/images/{id}/original").ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await bob.GetAsync($"/api/v1/images/{hidden}/original").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Users_can_delete_only_their_own_images()
    {
        var group = await server.Admin.CreateGroupAsync();
        var foreign = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());
        var id = await AddAsync(ada, "a.jpg", TestImages.Jpeg());

        await bob.DeleteAsync($"{Own}/{id}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await ada.DeleteAsync($"{Own}/{foreign}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await ada.DeleteAsync($"{Own}/a.jpg").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await UsedAsync(adaId)).ShouldBeGreaterThan(0);
        await ada.DeleteAsync($"{Own}/{id}").StatusAsync(HttpStatusCode.NoContent);

        (await ada.GetAsync(Own).JsonAsync()).Items().ShouldBeEmpty();
        (await UsedAsync(adaId)).ShouldBe(0);
        var trashed = (await server.Admin.GetAsync(Trash).JsonAsync()).Items().Single();
        (trashed.Id(), trashed.GetProperty("groupId").ValueKind).ShouldBe((id, JsonValueKind.Null));
        await server.Admin.PostAsync($"/api/v1/images/{id}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await ada.GetAsync(Own).JsonAsync()).Items().Single().Id().ShouldBe(id);
        await ExactAsync();
    }

    [Fact]
    public async Task An_admin_transfers_an_image_and_its_quota_use_to_another_user_at_once()
    {
        var id = await AddAsync(ada, "a.jpg", TestImages.Jpeg());
        var used = await UsedAsync(adaId);
        var bobId = (await bob.GetAsync("/api/v1/auth/me").JsonAsync()).Id();

        var handed = await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = bobId, title = "Given" }).JsonAsync();

        (handed.GetProperty("owner").Text("userName"), handed.Text("title")).ShouldBe(("bob", "Given"));
        await ada.GetAsync($"/api/v1/images/{id}").StatusAsync(HttpStatusCode.NotFound);
        await bob.GetAsync($"/api/v1/images/{id}/full").StatusAsync(HttpStatusCode.OK);
        (await UsedAsync(adaId), await UsedAsync(bobId)).ShouldBe((0L, used));
        await ExactAsync();
    }

    [Fact]
    public async Task An_image_that_cannot_be_transferred_is_reported_with_the_reason()
    {
        var group = await server.Admin.CreateGroupAsync();
        var ofGroup = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());
        var content = TestImages.Jpeg(seed: 1);
        var id = await AddAsync(ada, "a.jpg", content);
        var admin = (await server.Admin.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        var bobId = (await bob.GetAsync("/api/v1/auth/me").JsonAsync()).Id();

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{ofGroup}", new { ownerId = adaId }).ProblemAsync(HttpStatusCode.Conflict, "ownedByGroup");
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { groupId = group }).ProblemAsync(HttpStatusCode.Conflict, "ownedByUser");
        foreach (var ownerId in (Guid?[])[null, admin, Guid.CreateVersion7()])
        {
            var problem = await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("ownerId");
        }

        var moved = await server.Admin.PostAsJsonAsync("/api/v1/images/bulk", new { action = "move", ids = new[] { id }, groupId = group }).JsonAsync();
        moved.Items().Single().Text("code").ShouldBe("ownedByUser");

        await AddAsync(bob, "b.jpg", content);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = bobId }).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
        var small = await server.Admin.CreateTierAsync("Small", quotaBytes: 10);
        var carol = await server.Admin.CreateUserAsync("carol", small);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = carol }).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        await ExactAsync();
    }

    [Fact]
    public async Task Images_of_a_deleted_user_are_in_the_trash_and_can_be_transferred_to_another_user()
    {
        var id = await AddAsync(ada, "a.jpg", TestImages.Jpeg());
        var bobId = (await bob.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        await server.Admin.DeleteAsync($"/api/v1/users/{adaId}").StatusAsync(HttpStatusCode.NoContent);

        (await server.Admin.GetAsync(Trash).JsonAsync()).Items().Single().Id().ShouldBe(id);
        await server.Admin.GetAsync($"/api/v1/images/{id}").StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.PostAsync($"/api/v1/images/{id}/restore", null).ProblemAsync(HttpStatusCode.Conflict, "ownerDeleted");

        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = bobId, title = "Changed" }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = bobId }).StatusAsync(HttpStatusCode.OK);
        await bob.GetAsync($"/api/v1/images/{id}").StatusAsync(HttpStatusCode.NotFound);
        await server.Admin.PostAsync($"/api/v1/images/{id}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await bob.GetAsync($"/api/v1/images/{id}").StatusAsync(HttpStatusCode.OK);
        await ExactAsync();
        await bob.DeleteAsync($"{Own}/{id}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync(Trash).StatusAsync(HttpStatusCode.NoContent);
        (await server.Admin.GetAsync(Trash).JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_over_the_quota_is_refused_with_the_remaining_bytes_and_a_file_over_the_tiers_limit_as_too_large()
    {
        var (first, second) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        await LimitAsync(new { quotaBytes = first.Length + 10 });
        var id = await AddAsync(ada, "a.jpg", first);

        var problem = await PutAsync(ada, "b.jpg", second).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        problem.Text("detail")!.ShouldContain(" 10 of ");
        problem.GetProperty("bytesLeft").GetInt64().ShouldBe(10);
        using (var body = new MultipartFormDataContent())
        {
            body.AddFile("b.jpg", second);
            (await ada.PostAsync(Own, body).JsonAsync(HttpStatusCode.UnprocessableEntity)).Items("failed").Single().Text("code").ShouldBe("quotaExceeded");
        }

        await PutAsync(ada, "again.jpg", first).ProblemAsync(HttpStatusCode.Conflict, "duplicateContent");
        await ada.DeleteAsync($"{Own}/{id}").StatusAsync(HttpStatusCode.NoContent);
        await LimitAsync(new { quotaBytes = Math.Max(first.Length, second.Length) });
        await AddAsync(ada, "b.jpg", second);
        await server.Admin.PostAsync($"/api/v1/images/{id}/restore", null).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
        await ExactAsync();

        await LimitAsync(new { quotaBytes = (long?)null, maxFileBytes = first.Length - 1 });
        await PutAsync(ada, "c.jpg", first).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
    }

    [Fact]
    public async Task Sixteen_parallel_clients_never_exceed_the_quota_and_their_use_is_counted_exactly()
    {
        var files = Enumerable.Range(0, 16).Select(seed => TestImages.Jpeg(320, 240, seed)).ToArray();
        var quota = files.Take(5).Sum(file => file.Length) + 100;
        await LimitAsync(new { quotaBytes = quota });

        var statuses = await Task.WhenAll(files.Select(async (file, i) =>
        {
            using var answer = await PutAsync(ada, $"{i}.jpg", file);
            return answer.StatusCode;
        }));

        statuses.Distinct().Order().ShouldBe([HttpStatusCode.Created, HttpStatusCode.RequestEntityTooLarge]);
        (await UsedAsync(adaId)).ShouldBeInRange(1, quota);
        await ExactAsync();

        // Delete, restore, and transfer ownership back and forth, all at once.
        var ids = (await ada.GetAsync(Own).JsonAsync()).Items().Select(image => image.Id()).ToArray();
        var bobId = (await bob.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => ids).SelectMany(id => (Func<Task<HttpResponseMessage>>[])
        [
            () => ada.DeleteAsync($"{Own}/{id}"),
            () => server.Admin.PostAsync($"/api/v1/images/{id}/restore", null),
            () => server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = bobId }),
            () => server.Admin.PatchAsJsonAsync($"/api/v1/images/{id}", new { ownerId = adaId }),
        ]).Select(async send =>
        {
            // The requests wait for each other; on a busy machine some may time out waiting for a connection.
            HttpStatusCode status;
            while ((status = await SendAsync(send, patience.Token)) == HttpStatusCode.ServiceUnavailable)
            {
            }

            ((int)status).ShouldBeLessThan(500);
        }));
        await ExactAsync();
    }

    /// <summary>If a request got no connection, waits for the Retry-After time. Any other retryable failure, such as a deadlock, fails the test.</summary>
    private static async Task<HttpStatusCode> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        using var answer = await send();
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            var wait = answer.Headers.RetryAfter!.Delta!.Value;
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
            await Task.Delay(wait, cancellationToken);
            return HttpStatusCode.ServiceUnavailable;
        }

        return answer.StatusCode;
    }

    private static string Links(JsonElement image)
    {
        var links = image.GetProperty("links");
        var thumbnails = links.GetProperty("thumbnails").EnumerateObject().Select(thumbnail => $"{thumbnail.Name}={thumbnail.Value.GetString()}");
        var others = ((string[])["full", "original"]).Where(name => links.TryGetProperty(name, out _)).Select(name => links.Text(name));
        return string.Join(' ', [.. thumbnails, .. others]);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string fileName, byte[] content) =>
        client.PutAsync($"{Own}/{fileName}", new ByteArrayContent(content));

    private static async Task<Guid> AddAsync(HttpClient client, string fileName, byte[] content) =>
        (await PutAsync(client, fileName, content).JsonAsync(HttpStatusCode.Created)).Id();

    private Task LimitAsync(object limits) => server.Admin.PatchAsJsonAsync($"/api/v1/tiers/{tier}", limits).StatusAsync(HttpStatusCode.OK);

    private async Task<long> UsedAsync(Guid userId) => (await server.Admin.GetAsync($"/api/v1/users/{userId}").JsonAsync()).GetProperty("usedBytes").GetInt64();

    private static async Task ExpectInvalidAsync(string field, Task<HttpResponseMessage> answering)
    {
        var problem = await answering.ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(field);
    }

    /// <summary>Asserts that the counters of every live group equal the count and the bytes of its live images.</summary>
    private async Task ExactAsync() => (await CountAsync(
        """
        FROM groups g WHERE g.deleted_at IS NULL AND (g.image_count, g.image_bytes) <>
            (SELECT count(*), coalesce(sum(i.original_bytes), 0) FROM images i WHERE i.group_id = g.id AND i.deleted_at IS NULL)
        """)).ShouldBe(0);

    private async Task<int> CountAsync(string from) => (int)(await server.SqlAsync("SELECT count(*)::int " + from))!;
}
