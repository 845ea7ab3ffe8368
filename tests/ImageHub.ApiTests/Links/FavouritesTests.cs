using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Database;
using ImageHub.Application.Links;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static ImageHub.Testing.HeldRequests;

namespace ImageHub.ApiTests.Links;

/// <summary>Images that guests choose under a link: a separate choice for each guest, the owner's view of it, and its lifetime.</summary>
public sealed class FavouritesTests(SharedServer servers) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private ShiftedClock clock = null!;
    private ImageHubServer server = null!;
    private Guid group;
    private Guid kiss;
    private Guid cake;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await servers.TakeAsync();
        group = await server.Admin.CreateGroupAsync("Wedding", isPublished: false);
        kiss = await server.Admin.AddImageAsync(group, "kiss.jpg", TestImages.Jpeg(seed: 1));
        cake = await server.Admin.AddImageAsync(group, "cake.jpg", TestImages.Jpeg(seed: 2));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_photo_that_has_left_the_group_does_not_count_against_the_links_limit()
    {
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true, maxFavourites = 1 }).JsonAsync(HttpStatusCode.Created);
        using var guest = await OpenAsync(link);
        await ChooseAsync(guest, link, kiss);
        await guest.PutAsJsonAsync($"{Below(link)}/favourites/{cake}", new { }).ProblemAsync(HttpStatusCode.Conflict, "tooManyFavourites");

        await server.Admin.DeleteAsync($"/api/v1/images/{kiss}").StatusAsync(HttpStatusCode.NoContent);
        await ChooseAsync(guest, link, cake);

        // Both remain chosen when the photo returns.
        await server.Admin.PostAsync($"/api/v1/images/{kiss}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await FavouritesAsync(guest, link)).Items().Select(item => item.Id("imageId")).ShouldBe([kiss, cake], ignoreOrder: true);
    }

    [Fact]
    public async Task A_guest_selects_images_comments_changes_and_submits_the_selection()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        (await FavouritesAsync(guest, link)).Items().ShouldBeEmpty();

        await ChooseAsync(guest, link, cake);
        await ChooseAsync(guest, link, kiss, "Large, for the hall");
        await ChooseAsync(guest, link, cake, "Small");
        await ChooseAsync(guest, link, kiss);
        var chosen = await FavouritesAsync(guest, link);
        chosen.Items().Select(item => (item.Id("imageId"), item.Text("note"))).ShouldBe([(cake, "Small"), (kiss, null)]);
        chosen.Text("name").ShouldBeNull();
        chosen.Text("submittedAt").ShouldBeNull();

        for (var time = 0; time < 2; time++)
        {
            await guest.DeleteAsync($"{Below(link)}/favourites/{cake}").StatusAsync(HttpStatusCode.NoContent);
        }

        var submitted = await guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = " Grace " }).JsonAsync();
        submitted.Text("name").ShouldBe("Grace");
        submitted.GetProperty("submittedAt").GetDateTimeOffset().ShouldBe(clock.GetUtcNow(), TimeSpan.FromMinutes(1));
        submitted.Items().Select(item => item.Id("imageId")).ShouldBe([kiss]);
        (await FavouritesAsync(guest, link)).ToString().ShouldBe(submitted.ToString());
    }

    [Fact]
    public async Task The_owner_downloads_sidecars_of_the_chosen_images_in_a_folder_for_each_guest()
    {
        await server.Admin.AddImageAsync(group, "kiss.png", TestImages.Png(seed: 3));
        var kissPng = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images/kiss.png").JsonAsync()).Id();
        var link = await ShareAsync();
        using var grace = await OpenAsync(link);
        await ChooseAsync(grace, link, cake, "Large & <bright>");
        await ChooseAsync(grace, link, kiss);
        await ChooseAsync(grace, link, kissPng);
        (await NamesAsync(link)).ShouldBe(["cake.xmp", "kiss.jpg.xmp", "kiss.png.xmp"]);

        await grace.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "Grace/Ada" }).StatusAsync(HttpStatusCode.OK);
        using var other = await OpenAsync(link);
        await ChooseAsync(other, link, kiss);
        using var third = await OpenAsync(link);
        await ChooseAsync(third, link, kiss);

        (await NamesAsync(link)).ShouldBe(["Ada/cake.xmp", "Ada/kiss.jpg.xmp", "Ada/kiss.png.xmp", "Guest/kiss.xmp", "Guest (2)/kiss.xmp"]);
        using var answer = await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites?format=xmp");
        (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.FileName).ShouldBe(("application/zip", $"favourites-{link.Id()}.zip"));
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        var path = Path.GetTempFileName();
        await zip.GetEntry("Ada/cake.xmp")!.ExtractToFileAsync(path, overwrite: true);
        var tags = ExifTool.ReadAll(path);
        File.Delete(path);
        tags.ShouldMatch(@"Rating +: 5\b");
        tags.ShouldMatch(@"Label +: Grace/Ada\b");
        tags.ShouldMatch(@"Description +: Large & <bright>");
        using var none = new ZipArchive(await server.Admin.GetStreamAsync($"/api/v1/links/{(await ShareAsync()).Id()}/favourites?format=xmp"));
        none.Entries.ShouldBeEmpty();
        await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites?format=zip").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        async Task<IEnumerable<string>> NamesAsync(JsonElement of)
        {
            using var names = new ZipArchive(new MemoryStream(await server.Admin.GetByteArrayAsync($"/api/v1/links/{of.Id()}/favourites?format=xmp")));
            return [.. names.Entries.Select(entry => entry.FullName)];
        }
    }

    [Fact]
    public async Task Parallel_guests_have_separate_selections_and_the_owner_sees_all_of_them()
    {
        var link = await ShareAsync();
        var guests = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(link)));

        // Each guest sends the same choice twice, and the submission, all at once.
        await Task.WhenAll(guests.SelectMany((guest, index) => (Task[])
        [
            ChooseAsync(guest, link, kiss, $"of {index}"),
            ChooseAsync(guest, link, kiss, $"of {index}"),
            guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = $"Guest {index}" }).StatusAsync(HttpStatusCode.OK),
        ]));

        for (var index = 0; index < guests.Length; index++)
        {
            var own = await FavouritesAsync(guests[index], link);
            own.Text("name").ShouldBe($"Guest {index}");
            own.Items().Single().Text("note").ShouldBe($"of {index}");
            guests[index].Dispose();
        }

        var listed = (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests");
        listed.Select(guest => guest.Text("name")).Order(StringComparer.Ordinal).ShouldBe(["Guest 0", "Guest 1", "Guest 2", "Guest 3"]);
        listed.ShouldAllBe(guest => guest.Items().Single().Text("fileName") == "kiss.jpg" && guest.GetProperty("submittedAt").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task A_forged_guest_cookie_takes_no_seat_and_a_known_cookie_of_an_earlier_version_still_works()
    {
        var link = await ShareAsync();
        await AddGuestsAsync(link, 1);
        using var guest = server.NewClient();
        foreach (var madeUp in (string[])[new string('A', 22), new string('A', 64), "x", ""])
        {
            var problem = await SendAsync(madeUp, link).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").GetProperty("cookie")[0].GetString()!.ShouldContain("GET the shared group first");
        }

        // The cookie of another link is not accepted.
        using var elsewhere = await server.NewClient().GetAsync(Below(await ShareAsync()));
        await SendAsync(CookieOf(elsewhere), link).StatusAsync(HttpStatusCode.BadRequest);
        (await server.SqlAsync($"SELECT count(*) FROM link_guests WHERE link_id = '{link.Id()}'")).ShouldBe(1L);

        const string earlier = "AAAAAAAAAAAAAAAAAAAAAA";
        await server.SqlAsync($"UPDATE link_guests SET token_hash = sha256('{earlier}'::bytea) WHERE link_id = '{link.Id()}'");
        await SendAsync(earlier, link).StatusAsync(HttpStatusCode.NoContent);
        using var opened = new HttpRequestMessage(HttpMethod.Get, Below(link)) { Headers = { { "Cookie", $"imagehub_guest={earlier}" } } };
        using var answer = await guest.SendAsync(opened);
        CookieOf(answer).ShouldBe(earlier);

        Task<HttpResponseMessage> SendAsync(string cookie, JsonElement to)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, $"{Below(to)}/favourites/{kiss}") { Content = JsonContent.Create(new { }) };
            request.Headers.Add("Cookie", $"imagehub_guest={cookie}");
            return guest.SendAsync(request);
        }

        static string CookieOf(HttpResponseMessage answer) =>
            answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("imagehub_guest=", StringComparison.Ordinal)).Split('=', ';')[1];
    }

    [Fact]
    public async Task An_address_gets_sixty_new_guest_seats_an_hour_and_seats_without_a_selection_are_freed_after_a_day()
    {
        var link = await ShareAsync();
        var guests = new List<HttpClient>();
        for (var number = 0; number < 61; number++)
        {
            guests.Add(await OpenAsync(link));
        }

        foreach (var guest in guests.Take(60))
        {
            await ChooseAsync(guest, link, kiss);
        }

        using (var refused = await guests[60].PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { }))
        {
            refused.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(50, 60);
            await Task.FromResult(refused).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        }

        // Guests who have already chosen can continue, and another link has its own limit.
        await ChooseAsync(guests[0], link, cake);
        var other = await ShareAsync();
        using var elsewhere = await OpenAsync(other);
        await ChooseAsync(elsewhere, other, kiss);

        // Two guests remove their whole choice; one of them has submitted it before.
        await guests[1].PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "Ada" }).StatusAsync(HttpStatusCode.OK);
        foreach (var guest in guests.Skip(1).Take(2))
        {
            await guest.DeleteAsync($"{Below(link)}/favourites/{kiss}").StatusAsync(HttpStatusCode.NoContent);
        }

        clock.Advance(TimeSpan.FromHours(25));
        using var late = await OpenAsync(link);
        await ChooseAsync(late, link, kiss);
        (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests").Count.ShouldBe(60);
        foreach (var guest in guests)
        {
            guest.Dispose();
        }
    }

    [Fact]
    public async Task The_201st_guest_is_refused_even_when_guests_come_in_parallel()
    {
        var link = await ShareAsync();
        await AddGuestsAsync(link, 196);
        var guests = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => OpenAsync(link)));

        var answers = await Task.WhenAll(guests.Select(guest => guest.PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent).ShouldBe(4);
        foreach (var (guest, answer) in guests.Zip(answers))
        {
            // Admitted guests can continue. Refused guests get the reason for every way to start a choice.
            var isIn = answer.StatusCode == HttpStatusCode.NoContent;
            if (isIn)
            {
                await ChooseAsync(guest, link, cake);
            }
            else
            {
                await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Conflict, "tooManyGuests");
                await guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "Late" }).ProblemAsync(HttpStatusCode.Conflict, "tooManyGuests");
                await guest.DeleteAsync($"{Below(link)}/favourites/{kiss}").StatusAsync(HttpStatusCode.NoContent);
            }

            (await FavouritesAsync(guest, link)).Items().Count.ShouldBe(isIn ? 2 : 0);
            guest.Dispose();
        }

        (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests").Count.ShouldBe(200);
    }

    [Fact]
    public async Task A_guest_can_select_images_only_up_to_the_limit()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        await ChooseAsync(guest, link, kiss);
        await server.SqlAsync(
            $"""
            INSERT INTO favourites (guest_id, image_id, file_name, chosen_at)
            SELECT id, gen_random_uuid(), 'gone.jpg', now() FROM link_guests CROSS JOIN generate_series(1, 9999) WHERE link_id = '{link.Id()}'
            """);

        await guest.PutAsJsonAsync($"{Below(link)}/favourites/{cake}", new { }).ProblemAsync(HttpStatusCode.Conflict, "tooManyFavourites");

        // A guest can change the note of a chosen image, and replace the image with another one.
        await ChooseAsync(guest, link, kiss, "Large");
        await guest.DeleteAsync($"{Below(link)}/favourites/{kiss}").StatusAsync(HttpStatusCode.NoContent);
        await ChooseAsync(guest, link, cake);
    }

    [Fact]
    public async Task Sidecars_of_more_favourites_than_a_ZIP_lists_are_refused_and_a_table_is_not()
    {
        var link = await ShareAsync();
        await AddGuestsAsync(link, 6);
        await server.SqlAsync(
            $"""
            INSERT INTO favourites (guest_id, image_id, file_name, chosen_at)
            SELECT id, gen_random_uuid(), 'gone.jpg', now() FROM link_guests CROSS JOIN generate_series(1, 8400) WHERE link_id = '{link.Id()}'
            """);

        var problem = await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites?format=xmp").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetRawText().ShouldContain("more than 50000 favourites");
        (await server.Admin.GetStringAsync($"/api/v1/links/{link.Id()}/favourites?format=csv")).Count(character => character == '\n').ShouldBe(50_401);
    }

    [Fact]
    public async Task A_guest_is_identified_by_an_HttpOnly_cookie_of_the_link_that_HEAD_does_not_set()
    {
        var (link, other) = (await ShareAsync(), await ShareAsync());
        using var client = server.NewClient();
        using var answer = await client.GetAsync(Below(link));
        var cookie = GuestCookie(answer).ShouldNotBeNull();
        cookie.ShouldContain($"; path={Below(link)};");
        cookie.ShouldContain("; max-age=15552000;");
        cookie.ShouldContain("; samesite=strict; httponly");
        var value = cookie.Split(';')[0];

        // A valid cookie is kept and renewed; an invalid one is replaced.
        GuestCookie(await GetWithAsync(client, Below(link), value)).ShouldBe(cookie);
        GuestCookie(await GetWithAsync(client, Below(link), "imagehub_guest=x")).ShouldNotBeNull().ShouldNotStartWith("imagehub_guest=x;");

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Below(link)));
        head.Headers.Contains("Set-Cookie").ShouldBeFalse();

        // Without a cookie, a guest cannot choose anything. Under another link, the cookie belongs to no guest.
        await client.PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await client.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "Grace" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        using var put = new HttpRequestMessage(HttpMethod.Put, $"{Below(link)}/favourites/{kiss}") { Headers = { { "Cookie", value } } };
        await client.SendAsync(put).StatusAsync(HttpStatusCode.NoContent);
        (await Task.FromResult(await GetWithAsync(client, $"{Below(link)}/favourites", value)).JsonAsync()).Items().Count.ShouldBe(1);
        (await Task.FromResult(await GetWithAsync(client, $"{Below(other)}/favourites", value)).JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_link_says_whether_it_allows_favourites_and_refuses_them_otherwise()
    {
        var (open, closed) = (await ShareAsync(), await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { }).JsonAsync(HttpStatusCode.Created));
        using var guest = server.NewClient(useCookies: true);
        (await guest.GetAsync(Below(open)).JsonAsync()).GetProperty("favourites").GetBoolean().ShouldBeTrue();
        using var answer = await guest.GetAsync(Below(closed));
        (await Task.FromResult(answer).JsonAsync()).GetProperty("favourites").GetBoolean().ShouldBeFalse();
        GuestCookie(answer).ShouldBeNull();
        var listed = (await server.Admin.GetAsync("/api/v1/links?cursor=").JsonAsync()).Items();
        listed.Single(link => link.Id() == open.Id()).GetProperty("favourites").GetBoolean().ShouldBeTrue();
        listed.Single(link => link.Id() == closed.Id()).GetProperty("favourites").GetBoolean().ShouldBeFalse();

        await EverythingIsAsync(guest, closed, HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task The_password_the_view_limit_and_the_deletion_of_a_link_apply_to_favourites_too()
    {
        var (locked, counted, ended) = (await ShareAsync(password: ImageHubServer.LinkPassword), await ShareAsync(maxViews: 1), await ShareAsync());
        using var guest = server.NewClient(useCookies: true);
        await EverythingIsAsync(guest, locked, HttpStatusCode.Unauthorized, "passwordRequired");
        await EverythingIsAsync(guest, counted, HttpStatusCode.NotFound, "notFound");
        await guest.PostAsJsonAsync($"{Below(locked)}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);
        foreach (var link in (JsonElement[])[locked, counted, ended])
        {
            await guest.GetAsync(Below(link)).StatusAsync(HttpStatusCode.OK);
            await ChooseAsync(guest, link, kiss);
        }

        await server.Admin.DeleteAsync($"/api/v1/links/{ended.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await EverythingIsAsync(guest, ended, HttpStatusCode.NotFound, "notFound");
    }

    [Theory]
    [InlineData("allows_favourites = false", 404, "notFound")]
    [InlineData("expires_at = '2026-01-01Z'", 404, "notFound")]
    [InlineData("max_favourites = 1", 409, "tooManyFavourites")]
    public async Task A_selection_that_waits_follows_a_change_of_the_link_during_the_wait(string change, int status, string code)
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        await ChooseAsync(guest, link, cake);

        await ChangedAsync(link, change, () => guest.PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { })).ProblemAsync((HttpStatusCode)status, code);
    }

    [Fact]
    public async Task A_submission_that_waits_until_favourites_are_disabled_is_not_found()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);

        await ChangedAsync(link, "allows_favourites = false", () => guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "Grace" }))
            .ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task An_invalid_selection_is_refused_with_the_reason()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        var elsewhere = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync("Other"), "other.jpg", TestImages.Jpeg(seed: 3));
        foreach (var image in (Guid[])[elsewhere, Guid.NewGuid()])
        {
            await guest.PutAsJsonAsync($"{Below(link)}/favourites/{image}", new { }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }

        await ChooseAsync(guest, link, kiss, new string('n', 500));
        await RefusedAsync(guest.PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { note = new string('n', 501) }), "note");
        await RefusedAsync(guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = new string('n', 101) }), "name");
        await RefusedAsync(guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = " " }), "name");
        await guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = new string('n', 100) }).StatusAsync(HttpStatusCode.OK);
        await RefusedAsync(server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites?format=xls"), "format");
    }

    [Fact]
    public async Task An_image_that_leaves_the_group_is_hidden_from_the_guest_and_stays_in_the_owners_list()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        await ChooseAsync(guest, link, kiss, "Yes");
        await ChooseAsync(guest, link, cake);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{cake}", new { fileName = "tart.jpg" }).StatusAsync(HttpStatusCode.OK);

        await server.Admin.DeleteAsync($"/api/v1/images/{kiss}").StatusAsync(HttpStatusCode.NoContent);
        (await FavouritesAsync(guest, link)).Items().Select(item => item.Id("imageId")).ShouldBe([cake]);
        await guest.PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { }).ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await NamesAsync(link)).ShouldBe(["kiss.jpg", "tart.jpg"]);

        await server.Admin.PostAsync($"/api/v1/images/{kiss}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await FavouritesAsync(guest, link)).Items().Select(item => item.Text("note")).ShouldBe(["Yes", null]);

        await server.Admin.DeleteAsync($"/api/v1/images/{kiss}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        (await FavouritesAsync(guest, link)).Items().Select(item => item.Id("imageId")).ShouldBe([cake]);
        (await NamesAsync(link)).ShouldBe(["kiss.jpg", "tart.jpg"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_selection_outlives_its_link_until_an_admin_deletes_it(bool isRevoked)
    {
        var link = await ShareAsync(expiresInSeconds: 300);
        using (var guest = await OpenAsync(link))
        {
            await ChooseAsync(guest, link, kiss);
        }

        if (isRevoked)
        {
            await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        }
        else
        {
            clock.Advance(TimeSpan.FromDays(31));
            await using var scope = server.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneLinks());
            (await scope.ServiceProvider.GetRequiredService<IImageHubDb>().Links.AnyAsync(row => row.Id == link.Id())).ShouldBeFalse();
        }

        using var admin = await server.SignInAsync("admin", ImageHubServer.AdminPassword);
        (await admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests").Single().Items().Single().Text("fileName").ShouldBe("kiss.jpg");
        await admin.DeleteAsync($"/api/v1/links/{link.Id()}/favourites").StatusAsync(HttpStatusCode.NoContent);
        await admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await admin.DeleteAsync($"/api/v1/links/{link.Id()}/favourites").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Deleting_a_selection_leaves_the_link_and_frees_a_seat()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        await ChooseAsync(guest, link, kiss);
        await AddGuestsAsync(link, 199);

        await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}/favourites").StatusAsync(HttpStatusCode.NoContent);

        (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests").ShouldBeEmpty();
        (await FavouritesAsync(guest, link)).Items().ShouldBeEmpty();
        await ChooseAsync(guest, link, cake);
        (await NamesAsync(link)).ShouldBe(["cake.jpg"]);
    }

    [Fact]
    public async Task A_CSV_file_of_selections_has_no_cell_that_a_spreadsheet_would_run()
    {
        var link = await ShareAsync();
        using var guest = await OpenAsync(link);
        foreach (var note in (string[])["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a \"b\", c\nd"])
        {
            await ChooseAsync(guest, link, kiss, note);
            await guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "=Grace" }).StatusAsync(HttpStatusCode.OK);

            using var answer = await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites?format=csv");

            answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
            answer.Content.Headers.ContentDisposition!.FileName.ShouldBe($"favourites-{link.Id()}.csv");
            var (header, row) = (await answer.Content.ReadAsStringAsync()).Split("\r\n") is [var first, .. var rest] ? (first, string.Join("\r\n", rest)) : ("", "");
            header.ShouldBe("guest,submittedAt,imageId,fileName,note,guestId");
            var submittedAt = (await FavouritesAsync(guest, link)).GetProperty("submittedAt").GetDateTimeOffset();
            var cells = row.Split(',', 5);
            cells[0].ShouldBe("\"'=Grace\"");
            DateTimeOffset.Parse(cells[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(submittedAt);
            cells[1].ShouldMatch(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$");
            cells[2..4].ShouldBe([kiss.ToString(), "kiss.jpg"]);
            var guestId = (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests").Single().Id();
            cells[4].ShouldBe((note[0] == 'a' ? "\"a \"\"b\"\", c\nd\"" : $"\"'{note}\"") + $",{guestId}\r\n");
        }
    }

    [Fact]
    public async Task The_list_of_selections_includes_ended_links_with_the_names_of_their_groups()
    {
        var other = await server.Admin.CreateGroupAsync("Christening", isPublished: false);
        var font = await server.Admin.AddImageAsync(other, "font.jpg", TestImages.Jpeg(seed: 3));
        var (revoked, running, unused) = (await ShareAsync(), await ShareAsync(), await ShareAsync());
        var elsewhere = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{other}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);
        foreach (var (link, name, image) in new[] { (revoked, "Ada", kiss), (revoked, null, cake), (running, "Grace", cake), (elsewhere, null, font) })
        {
            using var guest = await OpenAsync(link);
            await ChooseAsync(guest, link, image);
            if (name is not null)
            {
                await guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name }).StatusAsync(HttpStatusCode.OK);
            }
        }

        (await LinksAsync())[running.Id()].ShouldBe(1);
        (await LinksAsync())[unused.Id()].ShouldBe(0);
        await server.Admin.DeleteAsync($"/api/v1/links/{revoked.Id()}").StatusAsync(HttpStatusCode.NoContent);

        Guid[] made = [revoked.Id(), running.Id(), unused.Id(), elsewhere.Id()];
        var listed = (await server.Admin.GetAsync("/api/v1/favourites?pageSize=100").JsonAsync()).Items().Where(item => made.Contains(item.Id("linkId"))).ToList();
        listed.Select(Describe).ShouldBe(
        [
            (elsewhere.Id(), other, "Christening", 1, 0, false),
            (running.Id(), group, "Wedding", 1, 1, true),
            (revoked.Id(), group, "Wedding", 2, 1, true),
        ]);

        // Pages with one item each add up to the same list. The filter by group returns only existing links to that group.
        var followed = new List<Guid>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await server.Admin.GetAsync($"/api/v1/favourites?pageSize=1&cursor={cursor}").JsonAsync();
            followed.AddRange(page.Items().Select(item => item.Id("linkId")));
            cursor = page.Text("nextCursor");
        }

        followed.Where(made.Contains).ShouldBe([elsewhere.Id(), running.Id(), revoked.Id()]);
        (await server.Admin.GetAsync($"/api/v1/favourites?groupId={group}&cursor=").JsonAsync()).Items().Select(item => item.Id("linkId")).ShouldBe([running.Id()]);

        // A deleted image has no group id, and the other image still has one.
        await server.Admin.DeleteAsync($"/api/v1/images/{kiss}").StatusAsync(HttpStatusCode.NoContent);
        var chosen = (await server.Admin.GetAsync($"/api/v1/links/{revoked.Id()}/favourites").JsonAsync()).Items("guests");
        chosen.Select(guest => guest.Id()).Distinct().Count().ShouldBe(2);
        chosen.SelectMany(guest => guest.Items()).Select(item => item.GetProperty("groupId").ValueKind).ShouldBe([JsonValueKind.Null, JsonValueKind.String]);
        foreach (var image in (Guid[])[kiss, cake])
        {
            await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(image == cake ? HttpStatusCode.NoContent : HttpStatusCode.NotFound);
        }

        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        var gone = (await server.Admin.GetAsync("/api/v1/favourites?pageSize=100").JsonAsync()).Items().Single(item => item.Id("linkId") == revoked.Id());
        (gone.Text("groupId"), gone.Text("title"), gone.GetProperty("guests").GetInt32()).ShouldBe((null, null, 2));

        static (Guid, Guid, string?, int, int, bool) Describe(JsonElement item) => (
            item.Id("linkId"),
            item.Id("groupId"),
            item.Text("title"),
            item.GetProperty("guests").GetInt32(),
            item.GetProperty("submitted").GetInt32(),
            item.GetProperty("lastSubmittedAt").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task The_page_form_of_the_list_counts_links_and_not_guests()
    {
        var link = await ShareAsync();
        await AddGuestsAsync(link, 3);
        var before = (await server.Admin.GetAsync("/api/v1/favourites").JsonAsync()).GetProperty("totalItems").GetInt32();
        await AddGuestsAsync(await ShareAsync(), 2);

        (await server.Admin.GetAsync("/api/v1/favourites?page=1&pageSize=1").JsonAsync()).GetProperty("totalItems").GetInt32().ShouldBe(before + 1);
    }

    private static string Below(JsonElement link) => "/api/v1" + link.Text("url");

    private static string? GuestCookie(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Set-Cookie").SingleOrDefault(cookie => cookie.StartsWith("imagehub_guest=", StringComparison.Ordinal));

    private static async Task<HttpResponseMessage> GetWithAsync(HttpClient client, string path, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", cookie } } };
        return await client.SendAsync(request);
    }

    private static Task<JsonElement> FavouritesAsync(HttpClient guest, JsonElement link) => guest.GetAsync($"{Below(link)}/favourites").JsonAsync();

    private static Task ChooseAsync(HttpClient guest, JsonElement link, Guid image, string? note = null) =>
        guest.PutAsJsonAsync($"{Below(link)}/favourites/{image}", new { note }).StatusAsync(HttpStatusCode.NoContent);

    private static async Task RefusedAsync(Task<HttpResponseMessage> answering, string field)
    {
        var problem = await answering.ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
    }

    private async Task EverythingIsAsync(HttpClient guest, JsonElement link, HttpStatusCode status, string code)
    {
        await guest.GetAsync($"{Below(link)}/favourites").ProblemAsync(status, code);
        await guest.PutAsJsonAsync($"{Below(link)}/favourites/{kiss}", new { }).ProblemAsync(status, code);
        await guest.DeleteAsync($"{Below(link)}/favourites/{kiss}").ProblemAsync(status, code);
        await guest.PostAsJsonAsync($"{Below(link)}/favourites/submit", new { name = "Grace" }).ProblemAsync(status, code);
    }

    /// <summary>Sends a request that waits for the link, and changes the link before the request continues.</summary>
    private Task<HttpResponseMessage> ChangedAsync(JsonElement link, string change, Func<Task<HttpResponseMessage>> send) =>
        SendWhileHeldAsync(server, $"SELECT FROM links WHERE id = '{link.Id()}' FOR UPDATE", send, $"UPDATE links SET {change} WHERE id = '{link.Id()}'");

    private Task<JsonElement> ShareAsync(string? password = null, int? maxViews = null, int? expiresInSeconds = null) => server.Admin
        .PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password, maxViews, expiresInSeconds, favourites = true })
        .JsonAsync(HttpStatusCode.Created);

    /// <summary>Opens the link as a new guest.</summary>
    private async Task<HttpClient> OpenAsync(JsonElement link)
    {
        var guest = server.NewClient(useCookies: true);
        await guest.GetAsync(Below(link)).StatusAsync(HttpStatusCode.OK);
        return guest;
    }

    /// <summary>Adds earlier guests with a single statement.</summary>
    private async Task AddGuestsAsync(JsonElement link, int count)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IImageHubDb>().Database.ExecuteSqlAsync(
            $"INSERT INTO link_guests (id, link_id, token_hash, created_at, changed_at) SELECT gen_random_uuid(), {link.Id()}, sha256(n::text::bytea), now(), now() FROM generate_series(1, {count}) AS n");
    }

    /// <summary>Returns the number of guests with a choice, by link.</summary>
    private async Task<Dictionary<Guid, int>> LinksAsync() =>
        (await server.Admin.GetAsync("/api/v1/links?pageSize=100").JsonAsync()).Items().ToDictionary(link => link.Id(), link => link.GetProperty("guests").GetInt32());

    private async Task<string[]> NamesAsync(JsonElement link) =>
        [.. (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}/favourites").JsonAsync()).Items("guests").SelectMany(guest => guest.Items()).Select(item => item.Text("fileName")!)];
}
