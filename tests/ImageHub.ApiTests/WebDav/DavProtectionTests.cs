using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.WebDav;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using static ImageHub.Testing.DavRequests;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Clients such as rclone send DELETE after each upload that fails. What was at the address before the upload stays.</summary>
public sealed class DavProtectionTests(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly byte[] Photo = TestImages.Jpeg(seed: 1);
    private static readonly byte[] Damaged = TestImages.Jpeg(seed: 2)[..200];

    private readonly SharedServer shared = new(postgres);
    private ImageHubServer server = null!;
    private ShiftedClock clock = null!;
    private HttpClient dav = null!;

    public async ValueTask InitializeAsync()
    {
        (server, clock) = await shared.TakeAsync();
        dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Harbour");
        await dav.PutDavAsync("/dav/Harbour/one.jpg", Photo);
    }

    public async ValueTask DisposeAsync()
    {
        dav.Dispose();
        await shared.DisposeAsync();
    }

    [Fact]
    public async Task For_a_minute_after_a_failed_upload_its_account_cannot_delete_the_image_that_was_there()
    {
        await FailAsync("/dav/Harbour/one.jpg");

        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
        clock.Advance(TimeSpan.FromSeconds(30));
        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
        (await dav.GetByteArrayAsync("/dav/Harbour/one.jpg")).ShouldBe(Photo);

        clock.Advance(TimeSpan.FromSeconds(30));
        await dav.DeleteAsync("/dav/Harbour/one.jpg").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_upload_that_succeeds_does_not_end_the_protection_by_one_that_has_failed()
    {
        await FailAsync("/dav/Harbour/one.jpg");
        await dav.PutDavAsync("/dav/Harbour/one.jpg", TestImages.Jpeg(seed: 3), HttpStatusCode.NoContent);

        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
    }

    [Fact]
    public async Task An_upload_that_succeeds_leaves_no_protection()
    {
        await dav.PutDavAsync("/dav/Harbour/one.jpg", TestImages.Jpeg(seed: 3), HttpStatusCode.NoContent);

        await dav.DeleteAsync("/dav/Harbour/one.jpg").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_running_upload_protects_the_image_that_it_replaces()
    {
        var end = new TaskCompletionSource();
        using var client = ClientThatWaits();
        var (answer, begun) = Begin(client, TestImages.Jpeg(seed: 3), end.Task);
        await begun;

        await RefusesDeletionAsync("/dav/Harbour/one.jpg");

        end.SetResult();
        await answer.StatusAsync(HttpStatusCode.NoContent);
        await dav.DeleteAsync("/dav/Harbour/one.jpg").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_upload_whose_server_was_killed_protects_its_address_for_an_hour_or_a_minute_after_a_refused_deletion()
    {
        await FailAsync("/dav/Harbour/one.jpg");
        await server.SqlAsync($"UPDATE replacing_uploads SET protected_until = '{clock.GetUtcNow() + TimeSpan.FromHours(1):O}'");

        clock.Advance(TimeSpan.FromMinutes(50));
        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
        clock.Advance(TimeSpan.FromMinutes(1));
        await dav.DeleteAsync("/dav/Harbour/one.jpg").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_upload_that_fails_after_its_protection_has_ended_protects_the_image_again()
    {
        var end = new TaskCompletionSource();
        using var client = ClientThatWaits();
        var (answer, begun) = Begin(client, Damaged, end.Task);
        await begun;
        await server.SqlAsync("DELETE FROM replacing_uploads");

        end.SetResult();
        await answer.ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");
        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
    }

    [Fact]
    public async Task An_upload_with_a_malformed_condition_protects_the_image_that_is_there()
    {
        using var malformed = new HttpRequestMessage(HttpMethod.Put, "/dav/Harbour/one.jpg") { Content = new ByteArrayContent(TestImages.Jpeg(seed: 3)) };
        malformed.Headers.TryAddWithoutValidation("If", "not a list");
        await dav.SendAsync(malformed).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
    }

    [Fact]
    public async Task A_folder_to_whose_address_a_file_was_sent_is_not_deleted()
    {
        await dav.PutAsync("/dav/Harbour", new ByteArrayContent(Photo)).ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");

        await RefusesDeletionAsync("/dav/Harbour");
        await RefusesDeletionAsync("/dav/Harbour/");
    }

    [Fact]
    public async Task A_placeholder_is_protected_unless_it_is_empty()
    {
        await dav.PutDavAsync("/dav/Harbour/notes.txt", [1]);
        await dav.PutDavAsync("/dav/Harbour/empty.txt", []);
        foreach (var name in (string[])["notes.txt", "empty.txt"])
        {
            await dav.PutAsync($"/dav/Harbour/{name}", new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
        }

        await RefusesDeletionAsync("/dav/Harbour/notes.txt");
        await dav.DeleteAsync("/dav/Harbour/empty.txt").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_image_is_protected_after_an_upload_that_the_lock_of_another_account_has_refused()
    {
        using var other = await OtherAdminAsync();
        var token = await other.LockAsync("/dav/Harbour/one.jpg");
        await dav.PutAsync("/dav/Harbour/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 3))).DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        await other.DavAsync("UNLOCK", "/dav/Harbour/one.jpg", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);

        await RefusesDeletionAsync("/dav/Harbour/one.jpg");
        await other.DeleteAsync("/dav/Harbour/one.jpg").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_name_of_a_protected_image_has_several_spellings()
    {
        await dav.PutDavAsync("/dav/Harbour/caf%C3%A9.jpg", TestImages.Jpeg(seed: 3));
        await FailAsync("/dav/Harbour/cafe%CC%81.jpg");

        await RefusesDeletionAsync("/dav/Harbour/caf%C3%A9.jpg");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_knows_the_image_deletes_it(bool sendsCondition)
    {
        var etag = (await dav.PropfindAsync("/dav/Harbour/one.jpg", 0))[0].Property(Dav + "getetag")!.Value;
        if (sendsCondition)
        {
            using var conditional = new HttpRequestMessage(HttpMethod.Put, "/dav/Harbour/one.jpg") { Content = new ByteArrayContent(Damaged), Headers = { { "If-None-Match", "*" } } };
            await dav.SendAsync(conditional).ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        }
        else
        {
            await FailAsync("/dav/Harbour/one.jpg");
        }

        await dav.DavAsync("DELETE", "/dav/Harbour/one.jpg", null, sendsCondition ? [] : [("If-Match", etag)]).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_key_that_may_delete_only_placeholders_is_refused_for_its_scope_or_after_a_failed_upload()
    {
        using var uploader = server.NewDavClient(await server.Admin.CreateKeyAsync("upload"));
        await uploader.PutAsync("/dav/Harbour/one.jpg", new ByteArrayContent(Damaged)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");

        await uploader.DeleteAsync("/dav/Harbour/one.jpg").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");

        await uploader.PutDavAsync("/dav/Harbour/notes.txt", [1]);
        await uploader.PutAsync("/dav/Harbour/notes.txt", new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1])).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "fileTooLarge");
        await uploader.DeleteAsync("/dav/Harbour/notes.txt").ProblemAsync(HttpStatusCode.Conflict, "uploadFailed");
    }

    [Fact]
    public async Task An_account_protects_the_last_1000_addresses_and_expired_protections_are_deleted()
    {
        await server.SqlAsync(
            $"INSERT INTO replacing_uploads (id, account_id, place_hash, protected_until) SELECT gen_random_uuid(), users.id, sha256(n::text::bytea), '{clock.GetUtcNow() + TimeSpan.FromSeconds(59):O}' FROM generate_series(1, 1000) AS n, users WHERE user_name = 'admin'");
        await FailAsync("/dav/Harbour/one.jpg");
        (await server.SqlAsync("SELECT count(*) FROM replacing_uploads")).ShouldBe(1000L);
        await RefusesDeletionAsync("/dav/Harbour/one.jpg");

        clock.Advance(TimeSpan.FromMinutes(1));
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneWebDav());
        (await server.SqlAsync("SELECT count(*) FROM replacing_uploads")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_client_gets_the_error_of_its_upload_also_if_the_address_cannot_be_protected()
    {
        await server.SqlAsync("ALTER TABLE replacing_uploads RENAME TO elsewhere");
        try
        {
            await dav.PutAsync("/dav/Harbour", new ByteArrayContent(Photo)).ProblemAsync(HttpStatusCode.MethodNotAllowed, "methodNotAllowed");
        }
        finally
        {
            await server.SqlAsync("ALTER TABLE elsewhere RENAME TO replacing_uploads");
        }
    }

    /// <summary>A client that sends a body only after the server has begun to read it.</summary>
    private HttpClient ClientThatWaits() => new(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
    {
        BaseAddress = dav.BaseAddress,
        DefaultRequestHeaders = { Authorization = dav.DefaultRequestHeaders.Authorization, ExpectContinue = true },
    };

    /// <summary>Sends the first half of an image, and the rest after <paramref name="end"/>.</summary>
    private static (Task<HttpResponseMessage> Answer, Task Begun) Begin(HttpClient client, byte[] image, Task end)
    {
        var content = new SlowContent(image, end);
        return (client.PutAsync("/dav/Harbour/one.jpg", content), content.Begun);
    }

    private async Task FailAsync(string address) => await dav.PutAsync(address, new ByteArrayContent(Damaged)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "corruptImage");

    private async Task RefusesDeletionAsync(string address) => await dav.DeleteAsync(address).ProblemAsync(HttpStatusCode.Conflict, "uploadFailed");

    private async Task<HttpClient> OtherAdminAsync()
    {
        await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "grace", password = ImageHubServer.UserPassword, role = "admin" }).StatusAsync(HttpStatusCode.Created);
        using var signedIn = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        return server.NewDavClient(await signedIn.CreateKeyAsync("admin"), "grace");
    }
}
