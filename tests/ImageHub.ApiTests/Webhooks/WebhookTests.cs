using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.OneDrive;
using ImageHub.Testing.Storage;
using ImageHub.Testing.Webhooks;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Webhooks;

/// <summary>The events sent to the owner's receiver, and their timing.</summary>
public sealed class WebhookTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly StandInReceiver receiver = new();

    public async ValueTask InitializeAsync() => await receiver.StartAsync();

    public ValueTask DisposeAsync() => receiver.DisposeAsync();

    [Fact]
    public async Task Each_submission_of_a_selection_is_reported()
    {
        await using var server = await StartAsync();
        var guests = await ChoosingGuest.ComeAsync(server, "Wedding at \"Möwe\" & sea");
        var submitted = await guests.SubmitAsync("Grace");

        var told = await receiver.NextAsync();

        (told.Method, told.Path, told.Event).ShouldBe(("POST", "/told", "favouritesSubmitted"));
        told.Headers["Content-Type"].ShouldBe("application/json; charset=utf-8");
        told.Headers["User-Agent"].ShouldBe("ImageHub");
        var at = told.Json.Text("at")!;
        at.ShouldEndWith("Z");
        DateTimeOffset.Parse(at, null).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        told.Body.ShouldBe(
            $$$"""
            {"id":"{{{told.Id}}}","event":"favouritesSubmitted","at":"{{{at}}}","data":{"linkId":"{{{guests.Link}}}","groupId":"{{{guests.Group}}}","title":"Wedding at \"Möwe\" & sea","guestId":"{{{await guests.FindIdAsync()}}}","name":"Grace","count":1,"submittedAt":"{{{submitted.Text("submittedAt")}}}"}}
            """);

        await guests.DropAsync();
        await guests.SubmitAsync("Grace H.");
        var again = await receiver.NextAsync();
        (again.Data.Text("name"), again.Data.GetProperty("count").GetInt32()).ShouldBe(("Grace H.", 0));
        again.Id.ShouldNotBe(told.Id);
        await server.NothingWaitsAsync();
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_is_signed_with_the_time_of_its_attempt()
    {
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");

        var told = await receiver.NextAsync();

        told.ShouldBeSignedWith(StandInReceiver.Secret, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_batch_is_reported_once_when_its_last_file_has_a_result()
    {
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync();
        var (first, second) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        var upload = await server.Admin.AnnounceAsync(group,
        [
            new { fileName = "first.jpg", bytes = first.Length }, new { fileName = "again.jpg", bytes = first.Length },
            new { fileName = "second.jpg", bytes = second.Length }, new { fileName = "empty.jpg", bytes = 0 }, new { fileName = "notes.jpg", bytes = 5 },
        ]).JsonAsync(HttpStatusCode.Created);
        var urls = upload.Items("files").Select(file => file.Text("uploadUrl")).ToArray();
        foreach (var (index, content) in new[] { (0, first), (1, first), (2, second) })
        {
            await server.Admin.TusPatchAsync(urls[index]!, 0, content).StatusAsync(HttpStatusCode.NoContent);
        }

        // No event exists before the last file has its result.
        (await server.WaitingAsync()).ShouldBe(0);
        receiver.TakeRest().ShouldBeEmpty();
        await server.Admin.TusPatchAsync(urls[4]!, 0, "notes"u8.ToArray()).StatusAsync(HttpStatusCode.UnsupportedMediaType);

        var told = await receiver.NextAsync();

        told.Event.ShouldBe("batchFinished");
        var createdAt = (await server.Admin.GetAsync($"/api/v1/uploads/{upload.Id()}").JsonAsync()).Text("createdAt");
        told.Data.GetRawText().ShouldBe(
            $$"""{"batchId":"{{upload.Id()}}","groupId":"{{group}}","total":5,"uploaded":2,"duplicate":1,"failed":2,"createdAt":"{{createdAt}}"}""");
        await server.Admin.TusPatchAsync(urls[0]!, 0, first).StatusAsync(HttpStatusCode.Conflict);
        await server.NothingWaitsAsync();
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guests_photos_are_reported_when_no_file_is_left_to_send()
    {
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync("Wedding");
        var link = await SendingGuest.ShareAsync(server, group);
        using var guest = await SendingGuest.OpenAsync(server, link);
        var (first, second) = (TestImages.Jpeg(seed: 1), "no picture"u8.ToArray());
        var (id, urls) = await guest.BeginAsync("Grace", ("first.jpg", first), ("second.jpg", second));
        await guest.Client.TusPatchAsync(urls[0], 0, first).StatusAsync(HttpStatusCode.NoContent);
        (await server.WaitingAsync()).ShouldBe(0);
        await guest.Client.TusPatchAsync(urls[1], 0, second).StatusAsync(HttpStatusCode.UnsupportedMediaType);

        var told = await receiver.NextAsync();

        told.Event.ShouldBe("guestUploadFinished");
        var guestId = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pending=true").JsonAsync()).Items()[0].GetProperty("sentBy").Id("guestId");
        var createdAt = (await guest.ReceiptAsync(id)).Text("createdAt");
        told.Data.GetRawText().ShouldBe(
            $$"""{"linkId":"{{link.Id()}}","groupId":"{{group}}","title":"Wedding","guestId":"{{guestId}}","name":"Grace","batchId":"{{id}}","total":2,"uploaded":1,"duplicate":0,"failed":1,"createdAt":"{{createdAt}}"}""");

        // A batch without new photos is not reported.
        var (_, again) = await guest.BeginAsync("Grace", ("first.jpg", first));
        await guest.Client.TusPatchAsync(again[0], 0, first).StatusAsync(HttpStatusCode.NoContent);
        await server.NothingWaitsAsync();
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guests_photos_are_not_reported_after_their_group_was_purged()
    {
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync("Wedding");
        using var guest = await SendingGuest.OpenAsync(server, await SendingGuest.ShareAsync(server, group));
        var first = TestImages.Jpeg(seed: 1);
        var (id, urls) = await guest.BeginAsync("Grace", ("first.jpg", first), ("never.jpg", TestImages.Jpeg(seed: 2)));
        await guest.Client.TusPatchAsync(urls[0], 0, first).StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        await server.SqlAsync("UPDATE upload_files SET touched_at = touched_at - interval '8 days'");

        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneUploads());
        }

        (await server.SqlAsync($"SELECT uploaded || ' ' || failed FROM upload_batches WHERE id = '{id}'")).ShouldBe("1 1");
        (await server.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_is_reported_with_its_last_image_or_at_once_when_no_file_is_needed()
    {
        await using var server = await StartAsync();
        await server.Admin.CreateUserAsync("grace");
        using var user = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        var content = TestImages.Jpeg(seed: 1);
        var (id, urls) = await user.AnnounceAsync(null, [("own.jpg", content)]);
        await user.SendFilesAsync((urls[0], content)).JsonAsync();
        var told = await receiver.NextAsync();
        (told.Data.Id("batchId"), told.Data.GetProperty("groupId").ValueKind, told.Data.GetProperty("uploaded").GetInt32()).ShouldBe((id, JsonValueKind.Null, 1));

        // A user's own batch without a new image is not reported.
        await server.NothingWaitsAsync();
        await user.AnnounceAsync(null, [new { fileName = "own.jpg", bytes = 10 }]).JsonAsync(HttpStatusCode.Created);
        (await server.WaitingAsync()).ShouldBe(0);

        var nothing = await server.Admin.AnnounceAsync(await server.Admin.CreateGroupAsync(), [new { fileName = "empty.jpg", bytes = 0 }]).JsonAsync(HttpStatusCode.Created);
        var atOnce = await receiver.NextAsync();
        (atOnce.Data.Id("batchId"), atOnce.Data.GetProperty("total").GetInt32(), atOnce.Data.GetProperty("failed").GetInt32()).ShouldBe((nothing.Id(), 1, 1));
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_completed_and_a_cancelled_import_are_reported()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, settings: receiver.Settings, configure: receiver.Admit);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        var picture = ConnectedHub.Picture();
        hub.Drive.File(folder, "a.jpg", picture);
        hub.Drive.File(folder, "b.jpg", picture);
        hub.Drive.File(folder, "c.jpg", "no picture"u8.ToArray());
        var import = await hub.ImportAsync(null, folder.Id);

        var told = await receiver.NextAsync();

        told.Event.ShouldBe("importFinished");
        told.Data.GetRawText().ShouldBe($$"""{"importId":"{{import}}","state":"done","total":3,"uploaded":1,"skipped":1,"failed":1}""");

        var never = new TaskCompletionSource();
        hub.Drive.OnDownload = _ => never.Task;
        var stuck = await hub.ImportAsync(null, hub.Drive.File(hub.Drive.Root, "d.jpg", ConnectedHub.Picture()).Id);
        await hub.ProgressAsync(stuck, progress => progress.GetProperty("total").GetInt32() == 1);
        for (var time = 0; time < 2; time++)
        {
            await hub.Admin.DeleteAsync($"/api/v1/imports/{stuck}").StatusAsync(HttpStatusCode.NoContent);
        }

        (await receiver.NextAsync()).Data.GetRawText().ShouldBe($$"""{"importId":"{{stuck}}","state":"cancelled","total":1,"uploaded":0,"skipped":0,"failed":0}""");
        never.SetResult();
        await hub.Server.NothingWaitsAsync();
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_import_that_cannot_continue_is_reported_as_failed()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, settings: receiver.Settings, configure: receiver.Admit);
        var folder = hub.Drive.Folder(hub.Drive.Root, "Harbour");
        foreach (var number in Enumerable.Range(0, 30))
        {
            hub.Drive.File(folder, $"{number:00}.jpg", ConnectedHub.Picture());
        }

        hub.Drive.OnDownload = file =>
        {
            if (file.Name == "10.jpg")
            {
                hub.Drive.SignIn.RevokeConsent();
            }

            return Task.CompletedTask;
        };
        var import = await hub.ImportAsync(null, folder.Id);
        var end = await hub.ImportedAsync(import, "failed");

        var told = await receiver.NextAsync();

        (told.Data.Id("importId"), told.Data.Text("state")).ShouldBe((import, "failed"));
        foreach (var count in (string[])["total", "uploaded", "skipped", "failed"])
        {
            told.Data.GetProperty(count).GetInt32().ShouldBe(end.GetProperty(count).GetInt32(), count);
        }
    }

    [Fact]
    public async Task A_lost_object_is_reported_once_and_one_that_is_rendered_again_is_not()
    {
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "plain.jpg", TestImages.Jpeg(seed: 1));
        await DamagedFile.DamageAsync(ObjectOf(server, image, "low"), "lost");
        await server.Admin.GetAsync($"/api/v1/images/{image}/low").StatusAsync(HttpStatusCode.OK);
        (await server.WaitingAsync()).ShouldBe(0);

        // The file contains nothing to remove, so the uploaded file is also the full variant.
        var other = await server.Admin.AddImageAsync(group, "other.jpg", TestImages.Jpeg(seed: 2));
        await DamagedFile.DamageAsync(ObjectOf(server, other, "full"), "changed");
        foreach (var variant in (string[])["full", "original", "full"])
        {
            await server.Admin.GetAsync($"/api/v1/images/{other}/{variant}").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        }

        var told = await receiver.NextAsync();

        told.Event.ShouldBe("objectLost");
        var since = (await server.Admin.GetAsync("/api/v1/storage/damaged?cursor=").JsonAsync()).Items().ShouldHaveSingleItem().Text("since");
        told.Data.GetRawText().ShouldBe($$"""{"imageId":"{{other}}","groupId":"{{group}}","fileName":"other.jpg","variant":"full","since":"{{since}}"}""");
        await server.NothingWaitsAsync();
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task Events_of_a_users_own_images_name_no_group()
    {
        await using var server = await StartAsync();
        await server.Admin.CreateUserAsync("grace");
        using var user = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        var image = (await user.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 1))).JsonAsync(HttpStatusCode.Created)).Id();
        await DamagedFile.DamageAsync(ObjectOf(server, image, "full"), "lost");
        await server.Admin.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");

        var told = await receiver.NextAsync();

        (told.Data.Id("imageId"), told.Data.GetProperty("groupId").ValueKind).ShouldBe((image, JsonValueKind.Null));
    }

    [Fact]
    public async Task Events_of_a_rolled_back_transaction_are_not_reported()
    {
        await using var server = await StartAsync();
        var guest = await ChoosingGuest.ComeAsync(server);
        await server.SqlAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON link_guests DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        await guest.Client.PostAsJsonAsync(guest.Submission, new { name = "Grace" }).StatusAsync(HttpStatusCode.InternalServerError);
        (await server.WaitingAsync()).ShouldBe(0);

        await server.SqlAsync("DROP TRIGGER refuse ON link_guests");
        await guest.SubmitAsync("Ada");

        (await receiver.NextAsync()).Data.Text("name").ShouldBe("Ada");
    }

    [Fact]
    public async Task Without_a_receiver_no_events_are_stored()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");
        await server.Admin.AnnounceAsync(await server.Admin.CreateGroupAsync(), [new { fileName = "empty.jpg", bytes = 0 }]).JsonAsync(HttpStatusCode.Created);

        (await server.WaitingAsync()).ShouldBe(0);
    }

    private Task<ImageHubServer> StartAsync() => ImageHubServer.StartAsync(postgres, receiver.Settings, receiver.Admit);

    private static string ObjectOf(ImageHubServer server, Guid image, string variant) => Directory
        .EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), variant, SearchOption.AllDirectories)
        .Single(path => path.Contains(image.ToString(), StringComparison.Ordinal));
}
