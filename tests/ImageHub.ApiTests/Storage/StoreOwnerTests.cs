using System.Data.Common;
using System.Net;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.ApiTests.Storage;

/// <summary>A server writes to a store and deletes objects only if the store belongs to the gallery of its database.</summary>
public sealed class StoreOwnerTests(PostgresServer postgres)
{
    private readonly byte[] content = TestImages.Jpeg(seed: 1);

    [Theory]
    [InlineData(StorageProvider.FileSystem)]
    [InlineData(StorageProvider.S3)]
    public async Task A_server_with_another_database_neither_adds_nor_deletes_objects(StorageProvider provider)
    {
        await using var s3 = new S3Server();
        if (provider == StorageProvider.S3)
        {
            await s3.InitializeAsync();
        }

        var settings = provider == StorageProvider.S3 ? s3.Settings : [];
        await using var server = await ImageHubServer.StartAsync(postgres, settings);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        var database = await postgres.CreateDatabaseAsync();
        var clock = new ShiftedClock();
        await using (var other = await ImageHubServer.StartAsync(
            postgres,
            new(settings, StringComparer.Ordinal) { ["ConnectionStrings:ImageHub"] = database, ["ImageHub:DataDirectory"] = server.DataDirectory },
            builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock))))
        {
            var problem = await other.Admin.PutImageAsync(await other.Admin.CreateGroupAsync(), "b.jpg", TestImages.Jpeg(seed: 2))
                .ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
            problem.Text("detail").ShouldBe("The stored files belong to another gallery, or their disk is not mounted. The server's log has the details.");
            await Polling.EventuallyAsync(async () =>
            {
                // The server reuses the result of a storage check for ten seconds.
                clock.Advance(TimeSpan.FromSeconds(10));
                using var ready = await other.Visitor.GetAsync("/health/ready");
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
            });
            foreach (var hours in (int[])[2, 25, 25])
            {
                clock.Advance(TimeSpan.FromHours(hours));
                await Should.ThrowAsync<ProblemException>(() => SendAsync(other, new ReconcileObjects()));
            }

            (await other.SqlAsync($"SELECT count(*) FROM orphaned_objects WHERE key LIKE '%{image}%'")).ShouldBe(0L);
        }

        await postgres.DropDatabaseAsync(database);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(content);
        await ShouldStoreAsync(server);
    }

    [Fact]
    public async Task Without_its_disk_a_server_starts_loses_no_photo_and_stores_none_until_the_disk_is_back()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        var objects = Objects(server);
        Directory.Move(objects, objects + "-away");

        // An upload was interrupted, whose objects the start would delete.
        var interrupted = Directory.CreateDirectory(Path.Combine(server.DataDirectory, "staging", $"{Guid.NewGuid():N}", $"{Guid.NewGuid():D}"));
        await File.WriteAllBytesAsync(Path.Combine(interrupted.Parent!.FullName, "lock"), [], TestContext.Current.CancellationToken);
        await server.RestartAsync();

        await server.Admin.PutImageAsync(await server.Admin.CreateGroupAsync(), "b.jpg", TestImages.Jpeg(seed: 2))
            .ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        await server.Admin.GetAsync($"/api/v1/images/{image}/original").ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        (await server.Admin.GetAsync("/api/v1/storage/damaged?cursor=").JsonAsync()).Items().ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(objects).ShouldBeEmpty();
        Directory.Exists(interrupted.FullName).ShouldBeTrue();

        Directory.Delete(objects);
        Directory.Move(objects + "-away", objects);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(content);
        await ShouldStoreAsync(server);
        await server.RestartAsync();
        await Polling.EventuallyAsync(() => !Directory.Exists(interrupted.FullName));
    }

    [Fact]
    public async Task A_store_with_photos_of_the_database_gets_its_missing_owner_at_the_start()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        var owner = Path.Combine(Objects(server), "gallery");
        var id = await File.ReadAllTextAsync(owner, TestContext.Current.CancellationToken);
        id.ShouldBe($"{await server.SqlAsync("SELECT gallery_id FROM site_profiles")}\n");
        File.Delete(owner);

        await server.RestartAsync();

        await Polling.EventuallyAsync(() => File.Exists(owner));
        (await File.ReadAllTextAsync(owner, TestContext.Current.CancellationToken)).ShouldBe(id);
        await ShouldStoreAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_that_is_replaced_under_a_running_server_by_that_of_another_gallery_deletes_no_objects(bool isOwned)
    {
        var clock = new ShiftedClock();
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            builder.Logging.AddProvider(log);
        });
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        var stored = StoredFiles.Of(server.DataDirectory);
        await server.SqlAsync("TRUNCATE images CASCADE; UPDATE site_profiles SET gallery_id = gen_random_uuid()");
        if (!isOwned)
        {
            File.Delete(Path.Combine(Objects(server), "gallery"));
        }

        foreach (var hours in (int[])[2, 25, 25])
        {
            clock.Advance(TimeSpan.FromHours(hours));
            await Should.ThrowAsync<ProblemException>(() => SendAsync(server, new ReconcileObjects()));
        }

        StoredFiles.Of(server.DataDirectory).ShouldBe(stored, ignoreOrder: true);
        (await server.SqlAsync("SELECT count(*) FROM orphaned_objects")).ShouldBe(0L);
        log.With("into this file").ShouldBeEmpty("the server would delete the photos");
    }

    [Fact]
    public async Task A_new_gallery_does_not_take_a_store_with_files_of_another_program()
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Logging.AddProvider(log));
        File.Delete(Path.Combine(Objects(server), "gallery"));
        var foreign = Path.Combine(Objects(server), "images", "ay", "holiday", "beach.jpg");
        Directory.CreateDirectory(Path.GetDirectoryName(foreign)!);
        await File.WriteAllBytesAsync(foreign, content, TestContext.Current.CancellationToken);

        await server.RestartAsync();

        await server.Admin.PutImageAsync(await server.Admin.CreateGroupAsync(), "b.jpg", TestImages.Jpeg(seed: 2)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        log.With("contain 'images/holiday/beach.jpg' and none of the database's photos. Correct the settings of the database or of the store, restore the database, or move these files away")
            .ShouldNotBeEmpty();

        File.Move(foreign, Path.Combine(server.DataDirectory, "beach.jpg"));
        await ShouldStoreAsync(server);
    }

    [Fact]
    public async Task Without_the_gallerys_id_in_the_database_an_upload_to_a_new_server_is_503()
    {
        var failing = new FailingComparisons();
        await using var server = await ImageHubServer.StartAsync(
            postgres, configure: builder => builder.Services.ConfigureDbContext<ImageHubDb>(options => options.AddInterceptors(failing)));

        await server.Admin.PutImageAsync(await server.Admin.CreateGroupAsync(), "b.jpg", TestImages.Jpeg(seed: 2)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
        failing.End();

        await ShouldStoreAsync(server);
    }

    /// <summary>An update of the schema has given the database another id, after a return to an older version.</summary>
    [Fact]
    public async Task A_store_with_photos_of_the_database_gets_the_new_id_of_the_gallery()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        await server.SqlAsync("UPDATE site_profiles SET gallery_id = '01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab'");

        await server.RestartAsync();

        await ShouldStoreAsync(server);
        (await File.ReadAllTextAsync(Path.Combine(Objects(server), "gallery"), TestContext.Current.CancellationToken)).ShouldBe("01980f3a-7c1e-7a52-9d35-2f4b8c6d7eab\n");
    }

    [Fact]
    public async Task An_empty_disk_replaces_a_broken_one_once_an_admin_writes_the_id_that_the_log_names()
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Logging.AddProvider(log));
        await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        Directory.Delete(Objects(server), recursive: true);
        Directory.CreateDirectory(Objects(server));
        var id = await server.SqlAsync("SELECT gallery_id FROM site_profiles");

        // The disk was replaced under the running server, which compares the owner every ten seconds.
        await Polling.EventuallyAsync(async () =>
        {
            await server.Admin.PutImageAsync(await server.Admin.CreateGroupAsync(), "b.jpg", TestImages.Jpeg(seed: 2)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
            return log.With($"Nothing is stored or deleted: the objects in {Objects(server)} lack the file 'gallery'. Mount the disk").Count > 0;
        });
        log.With($"write {id} into this file").ShouldNotBeEmpty();

        await File.WriteAllTextAsync(Path.Combine(Objects(server), "gallery"), $"{id}", TestContext.Current.CancellationToken);

        await ShouldStoreAsync(server);
    }

    private static string Objects(ImageHubServer server) => Path.Combine(server.DataDirectory, "objects");

    private static async Task ShouldStoreAsync(ImageHubServer server)
    {
        var added = TestImages.Jpeg(seed: 9);
        var group = await server.Admin.CreateGroupAsync();
        var image = Guid.Empty;

        // The last comparison of the owner counts for ten seconds.
        await Polling.EventuallyAsync(async () =>
        {
            var answer = await server.Admin.PutImageAsync(group, "new.jpg", added);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                answer.Dispose();
                return false;
            }

            image = (await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created)).Id();
            return true;
        });
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(added);
    }

    private static async Task SendAsync(ImageHubServer server, IRequest request)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Fails the statements that read only the gallery's id, as an outage of the database does.</summary>
    private sealed class FailingComparisons : DbCommandInterceptor
    {
        private volatile bool hasEnded;

        public void End() => hasEnded = true;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
            !hasEnded && command.CommandText.Contains("SELECT s.gallery_id", StringComparison.Ordinal) ? throw new NpgsqlException("The connection was lost.", new IOException()) : new(result);
    }
}
