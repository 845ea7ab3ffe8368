using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Application.Errors;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static ImageHub.Testing.HeldRequests;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Changes of files and folders while others change or lock them.</summary>
public sealed class DavReplacementTests(PostgresServer postgres)
{
    /// <summary>Takes the advisory lock for changes of WebDAV's locks, properties and placeholders.</summary>
    private const string WebDavLock = "SELECT pg_advisory_xact_lock(347471883)";

    /// <summary>Takes the advisory lock for assigning slugs and folder names.</summary>
    private const string SlugsLock = "SELECT pg_advisory_xact_lock(5683347464)";

    private const string InsertLock =
        """
        INSERT INTO dav_locks (id, account_id, group_id, name, is_deep, is_shared, href, timeout_seconds, expires_at)
        SELECT gen_random_uuid(), users.id, groups.id, 'one.jpg', false, false, '/dav/Waiting/one.jpg', 600, now() + interval '10 minutes' FROM users, groups WHERE user_name = 'admin' AND title = 'Waiting'
        """;

    [Theory]
    [InlineData("moved")]
    [InlineData("renamed")]
    [InlineData("deleted")]
    public async Task An_image_that_is_moved_renamed_or_deleted_while_its_new_content_is_rendered_is_not_replaced(string change)
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Hidden");
        var (content, other) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        await dav.PutDavAsync("/dav/Hidden/one.jpg", content);
        var etag = (await dav.PropfindAsync("/dav/Hidden/one.jpg", 0))[0].Property(DavRequests.Dav + "getetag")!.Value;
        var elsewhere = await server.Admin.CreateGroupAsync("Published");
        var image = (Guid)(await server.SqlAsync("SELECT id FROM images"))!;

        using var arrived = new CountdownEvent(2);
        var (reached, moved) = (new TaskCompletionSource(), new TaskCompletionSource());
        renderings.BeforeUpload = () =>
        {
            if (arrived.Signal())
            {
                reached.SetResult();
            }

            return moved.Task;
        };
        var conditional = PutAsync(dav, "/dav/Hidden/one.jpg", other, ("If-Match", etag));
        var unconditional = PutAsync(dav, "/dav/Hidden/one.jpg", TestImages.Jpeg(seed: 3));
        await reached.Task;
        await (change switch
        {
            "moved" => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = elsewhere }).StatusAsync(HttpStatusCode.OK),
            "renamed" => server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { fileName = "One.jpg" }).StatusAsync(HttpStatusCode.OK),
            _ => server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent),
        });
        moved.SetResult();

        // The request without a condition writes a new file.
        await conditional.ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        await unconditional.StatusAsync(HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/Hidden/")).ShouldBe(change == "renamed" ? ["/dav/Hidden/One.jpg", "/dav/Hidden/one.jpg"] : ["/dav/Hidden/one.jpg"]);
        (await dav.GetByteArrayAsync("/dav/Hidden/one.jpg")).ShouldBe(TestImages.Jpeg(seed: 3));
        if (change != "deleted")
        {
            (await dav.GetByteArrayAsync(change == "moved" ? "/dav/Published/one.jpg" : "/dav/Hidden/One.jpg")).ShouldBe(content);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_locked_while_its_new_content_is_rendered_is_not_written(bool exists)
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Locked");
        var content = exists ? TestImages.Jpeg(seed: 1) : [];
        if (exists)
        {
            await dav.PutDavAsync("/dav/Locked/one.jpg", content);
        }

        var (reached, locked) = Pause(renderings);
        var writing = dav.PutAsync("/dav/Locked/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 2)));
        await reached;
        var token = await dav.LockAsync("/dav/Locked/one.jpg", exists ? HttpStatusCode.OK : HttpStatusCode.Created);
        locked.SetResult();

        await writing.DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        (await dav.GetByteArrayAsync("/dav/Locked/one.jpg")).ShouldBe(content);
        await PutAsync(dav, "/dav/Locked/one.jpg", TestImages.Jpeg(seed: 3), ("If", $"({token})")).StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_destination_that_is_locked_while_a_copy_is_rendered_is_not_written()
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Locked");
        await dav.MkcolAsync("/dav/Locked/Below");
        await dav.PutDavAsync("/dav/Locked/one.jpg", TestImages.Jpeg(seed: 1));

        var (reached, locked) = Pause(renderings);
        var copying = dav.DavAsync("COPY", "/dav/Locked/one.jpg", null, ("Destination", "/dav/Locked/Below/two.jpg"));
        await reached;
        await dav.LockAsync("/dav/Locked/Below/");
        locked.SetResult();

        await copying.DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        (await dav.ListDavAsync("/dav/Locked/Below/")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DELETE", "one.jpg")]
    [InlineData("DELETE", "")]
    [InlineData("MOVE", "one.jpg")]
    [InlineData("MOVE", "")]
    public async Task A_file_or_folder_that_is_locked_while_a_change_waits_is_not_changed(string method, string name)
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Waiting");
        await dav.PutDavAsync("/dav/Waiting/one.jpg", TestImages.Jpeg(seed: 1));

        // Every change of the folder's images locks this row.
        var changing = SendWhileHeldAsync(
            server,
            "SELECT id FROM groups WHERE title = 'Waiting' FOR UPDATE",
            () => dav.DavAsync(method, $"/dav/Waiting/{name}", null, ("Destination", $"/dav/{(name.Length > 0 ? "Waiting/two.jpg" : "Moved")}")),
            InsertLock);

        await changing.DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        (await dav.ListDavAsync("/dav/Waiting/")).ShouldBe(["/dav/Waiting/one.jpg"]);
    }

    [Theory]
    [InlineData("PROPPATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("MOVE")]
    public async Task A_placeholder_that_is_locked_while_a_change_waits_is_not_changed(string method)
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Waiting");
        await dav.PutDavAsync("/dav/Waiting/one.jpg", [1]);

        var changing = SendWhileHeldAsync(
            server,
            WebDavLock,
            () => dav.DavAsync(method, "/dav/Waiting/one.jpg", "<propertyupdate xmlns='DAV:'><set><prop><colour xmlns='urn:x'>red</colour></prop></set></propertyupdate>", ("Destination", "/dav/Waiting/two.jpg")),
            InsertLock);

        await changing.DavErrorAsync(HttpStatusCode.Locked, "lock-token-submitted");
        (await dav.GetByteArrayAsync("/dav/Waiting/one.jpg")).ShouldBe([1]);
        (await server.SqlAsync("SELECT count(*) FROM dav_properties")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_lock_that_ends_while_its_refresh_waits_is_not_refreshed()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Waiting");
        var token = await dav.LockAsync("/dav/Waiting/one.jpg", HttpStatusCode.Created);

        var refreshing = SendWhileHeldAsync(
            server, WebDavLock, () => dav.DavAsync("LOCK", "/dav/Waiting/one.jpg", null, ("If", $"({token})")), "UPDATE dav_locks SET expires_at = now() - interval '1 second'");

        await refreshing.ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("MOVE")]
    public async Task A_lock_that_is_granted_after_a_file_has_gone_stays(string method)
    {
        var commits = new AfterCommit();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Services.ConfigureDbContext<ImageHubDb>(options => options.AddInterceptors(commits)));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Notes");
        await dav.PutDavAsync("/dav/Notes/note.txt", [1]);
        var former = await dav.LockAsync("/dav/Notes/note.txt");
        string? token = null;
        commits.Act = async () => token = await dav.LockAsync("/dav/Notes/note.txt", HttpStatusCode.Created);

        await dav.DavAsync(method, "/dav/Notes/note.txt", null, ("If", $"({former})"), ("Destination", "/dav/Notes/moved.txt")).StatusAsync(method == "MOVE" ? HttpStatusCode.Created : HttpStatusCode.NoContent);

        await PutAsync(dav, "/dav/Notes/note.txt", [2], ("If", $"({token.ShouldNotBeNull()})")).StatusAsync(HttpStatusCode.NoContent);
        (await server.SqlAsync("SELECT count(*) FROM dav_locks")).ShouldBe(1L);
    }

    [Theory]
    [InlineData("MKCOL")]
    [InlineData("MOVE")]
    public async Task A_folder_gets_a_folder_below_it_while_it_is_renamed(string method)
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Parent");
        await dav.MkcolAsync("/dav/Child");
        var parent = (Guid)(await server.SqlAsync("SELECT id FROM groups WHERE title = 'Parent'"))!;
        await using var holder = new NpgsqlConnection(server.ConnectionString);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand(SlugsLock, holder, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        // Both requests need the lock of the slugs and the row of the parent.
        var placing = method == "MKCOL" ? dav.DavAsync("MKCOL", "/dav/Parent/New") : dav.DavAsync("MOVE", "/dav/Child/", null, ("Destination", "/dav/Parent/New/"));
        await UntilWaitingAsync(server, placing);
        var renaming = server.Admin.PatchAsJsonAsync($"/api/v1/groups/{parent}", new { title = "Renamed" });
        await UntilWaitingAsync(server, placing, requests: 2);
        await transaction.CommitAsync();

        await placing.StatusAsync(HttpStatusCode.Created);
        await renaming.StatusAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("If")]
    [InlineData("Overwrite")]
    public async Task A_condition_is_checked_again_when_the_file_is_written(string header)
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Conditions");
        await dav.MkcolAsync("/dav/Conditions/From");
        await dav.PutDavAsync("/dav/Conditions/From/one.jpg", TestImages.Jpeg(seed: 1));
        var etag = "";
        if (header == "If")
        {
            await dav.PutDavAsync("/dav/Conditions/one.jpg", TestImages.Jpeg(seed: 2));
            etag = (await dav.PropfindAsync("/dav/Conditions/one.jpg", 0))[0].Property(DavRequests.Dav + "getetag")!.Value;
        }

        var (reached, written) = Pause(renderings);
        var writing = header == "If"
            ? PutAsync(dav, "/dav/Conditions/one.jpg", TestImages.Jpeg(seed: 1), ("If", $"([{etag}])"))
            : dav.DavAsync("COPY", "/dav/Conditions/From/one.jpg", null, ("Destination", "/dav/Conditions/one.jpg"), ("Overwrite", "F"));
        await reached;
        renderings.BeforeUpload = () => Task.CompletedTask;
        await dav.PutDavAsync("/dav/Conditions/one.jpg", TestImages.Jpeg(seed: 3), header == "If" ? HttpStatusCode.NoContent : HttpStatusCode.Created);
        written.SetResult();

        await writing.ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed");
        (await dav.GetByteArrayAsync("/dav/Conditions/one.jpg")).ShouldBe(TestImages.Jpeg(seed: 3));
    }

    [Fact]
    public async Task A_folder_is_replaced_only_by_a_complete_copy()
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/From");
        await dav.PutDavAsync("/dav/From/one.jpg", TestImages.Jpeg(seed: 1));
        await dav.MkcolAsync("/dav/To");
        await dav.PutDavAsync("/dav/To/two.jpg", TestImages.Jpeg(seed: 2));
        renderings.BeforeUpload = () => throw new ProblemException(Problems.ServerBusy, "The renderers are busy.");

        await dav.DavAsync("COPY", "/dav/From/", null, ("Destination", "/dav/To/")).ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
        (await dav.ListDavAsync("/dav/")).ShouldBe(["/dav/From/", "/dav/To/"]);
        (await dav.ListDavAsync("/dav/To/")).ShouldBe(["/dav/To/two.jpg"]);

        renderings.BeforeUpload = () => Task.CompletedTask;
        await dav.DavAsync("COPY", "/dav/From/", null, ("Destination", "/dav/To/")).StatusAsync(HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/")).ShouldBe(["/dav/From/", "/dav/To/"]);
        (await dav.ListDavAsync("/dav/To/")).ShouldBe(["/dav/To/one.jpg"]);
    }

    [Fact]
    public async Task A_folder_that_was_renamed_while_its_replacement_was_copied_is_not_replaced()
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/From");
        await dav.PutDavAsync("/dav/From/one.jpg", TestImages.Jpeg(seed: 1));
        await dav.MkcolAsync("/dav/To");
        await dav.PutDavAsync("/dav/To/two.jpg", TestImages.Jpeg(seed: 2));
        await dav.PutDavAsync("/dav/To/notes.txt", [1]);
        var token = await dav.LockAsync("/dav/To/two.jpg");
        var (reached, continued) = Pause(renderings);

        var copying = dav.DavAsync("COPY", "/dav/From/", null, ("Destination", "/dav/To/"), ("If", $"</dav/To/two.jpg> ({token})"));
        await reached;
        var group = (Guid)(await server.SqlAsync("SELECT id FROM groups WHERE title = 'To' AND folder_name = 'To'"))!;
        await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = "Archive" }).StatusAsync(HttpStatusCode.OK);
        continued.SetResult();

        await copying.StatusAsync(HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/")).ShouldBe(["/dav/Archive/", "/dav/From/", "/dav/To/"]);
        (await dav.ListDavAsync("/dav/Archive/")).ShouldBe(["/dav/Archive/two.jpg", "/dav/Archive/notes.txt"]);
        await dav.DavAsync("UNLOCK", "/dav/Archive/two.jpg", null, ("Lock-Token", token)).StatusAsync(HttpStatusCode.NoContent);
        (await dav.ListDavAsync("/dav/To/")).ShouldBe(["/dav/To/one.jpg"]);
    }

    [Fact]
    public async Task Files_of_two_accounts_that_are_committed_together_are_checked_for_their_own_locks()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await server.Admin.CreateEditorAsync("editor");
        using var editor = await server.SignInAsync("editor", ImageHubServer.UserPassword);
        using var other = server.NewDavClient(await editor.CreateKeyAsync("upload"), "editor");
        await dav.MkcolAsync("/dav/Shared");
        var token = await dav.LockAsync("/dav/Shared/one.jpg", HttpStatusCode.Created);
        await using var holder = new NpgsqlConnection(server.ConnectionString);
        await holder.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT id FROM groups WHERE title = 'Shared' FOR UPDATE", holder, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        // The first file waits for the group's row. The second file joins the first one's commit.
        var before = CountObjects();
        var first = other.PutAsync("/dav/Shared/two.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 1)));
        await UntilWaitingAsync(server, first);
        var objectsOfOne = CountObjects() - before;
        objectsOfOne.ShouldBeGreaterThan(0);
        var second = PutAsync(dav, "/dav/Shared/one.jpg", TestImages.Jpeg(seed: 2), ("If", $"({token})"));
        await UntilAsync(() => Task.FromResult(CountObjects() >= before + (2 * objectsOfOne)), second);

        // If the second file has not joined by now, it is committed alone. That is correct, too, but the test then proves nothing.
        await transaction.CommitAsync();
        await first.StatusAsync(HttpStatusCode.Created);
        await second.StatusAsync(HttpStatusCode.NoContent);

        int CountObjects() => StoredFiles.Of(server.DataDirectory).Length;
    }

    [Fact]
    public async Task A_file_that_is_stored_without_its_metadata_gets_no_entity_tag_until_it_is_read()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["Storage:KeepOriginals"] = "false" });
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Cleaned");

        using var written = await dav.PutAsync("/dav/Cleaned/one.jpg", new ByteArrayContent(TestImages.OrientedJpeg(6)));

        written.StatusCode.ShouldBe(HttpStatusCode.Created);
        written.Headers.ETag.ShouldBeNull();
        using var read = await dav.GetAsync("/dav/Cleaned/one.jpg");
        read.Headers.ETag.ShouldNotBeNull();
        (await read.Content.ReadAsByteArrayAsync()).Length.ShouldNotBe(TestImages.OrientedJpeg(6).Length);
    }

    [Fact]
    public async Task Replacements_are_counted_as_uploads()
    {
        await using var hub = new ImageHubProcess { Environment = { ["Metrics__Urls"] = "http://127.0.0.1:0" } };
        using var admin = await hub.StartAndSignInAsync();
        using var scraper = new HttpClient { BaseAddress = new Uri((await hub.LineAsync("Metrics are at ")).Split("Metrics are at ")[1].Trim()) };
        using var dav = new HttpClient { BaseAddress = admin.BaseAddress };
        dav.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{await admin.CreateKeyAsync("admin")}")));
        await dav.MkcolAsync("/dav/Counted");
        await dav.PutDavAsync("/dav/Counted/one.jpg", TestImages.Jpeg(seed: 1));
        await dav.PutDavAsync("/dav/Counted/one.jpg", TestImages.Jpeg(seed: 2), HttpStatusCode.NoContent);

        (await scraper.GetStringAsync("")).Split('\n').Single(line => line.StartsWith("imagehub_uploads_total{", StringComparison.Ordinal) && line.Contains("result=\"uploaded\"", StringComparison.Ordinal)).Split(' ')[1].ShouldBe("2");
    }

    /// <summary>Makes the next uploads wait before they are rendered, until the returned source is completed.</summary>
    private static (Task Reached, TaskCompletionSource Continued) Pause(CountingRenderer renderings)
    {
        var (reached, continued) = (new TaskCompletionSource(), new TaskCompletionSource());
        renderings.BeforeUpload = () =>
        {
            reached.TrySetResult();
            return continued.Task;
        };
        return (reached.Task, continued);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient dav, string path, byte[] content, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return dav.SendAsync(request);
    }

    /// <summary>Acts once, after the next commit and before the request continues.</summary>
    private sealed class AfterCommit : DbTransactionInterceptor
    {
        private Func<Task>? act;

        public Func<Task>? Act
        {
            set => act = value;
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
            Interlocked.Exchange(ref act, null)?.Invoke() ?? Task.CompletedTask;
    }
}
