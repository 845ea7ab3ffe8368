using System.Net;
using System.Runtime.Versioning;
using ImageHub.Api;
using ImageHub.Application.Accounts;
using ImageHub.Faults;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.ApiTests.StartUp;

/// <summary>
/// Disks that lose unflushed data, become read-only, are damaged or fail to store a file. The tests are skipped without the right to mount disks or to
/// trace processes.
/// </summary>
public sealed class BrokenDiskTests
{
    /// <summary>The seed of a run whose disk becomes read-only after some requests.</summary>
    private const int ReadOnlySeed = 1;

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task The_signing_key_is_on_the_disk_before_anything_is_encrypted_with_it()
    {
        await using var disk = await CreateDiskAsync();
        var key = await ReadKeyAsync(disk.DataDirectory);

        await disk.CutPowerAsync(() => Task.CompletedTask);

        (await ReadKeyAsync(disk.DataDirectory)).ShouldBe(key);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Nothing_acknowledged_is_lost_when_an_error_makes_the_disk_read_only()
    {
        // The driver creates its own disk. Creating one here skips the test where disks cannot be mounted.
        await (await CreateDiskAsync()).DisposeAsync();

        (await TestPrograms.RunAsync("ImageHub.Faults", "--troubles", "--seed", $"{ReadOnlySeed}", "--runs", "1", "--limit", "600"))
            .ShouldMatch("^1 runs, [1-9][0-9]* acknowledged changes, .* 0 failed$");
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_photo_whose_files_cannot_be_read_is_503_and_can_be_deleted_and_sent_again_while_others_are_served()
    {
        await using var disk = await CreateDiskAsync();
        Directory.CreateDirectory(disk.DataDirectory);
        await using var hub = new ImageHubProcess(disk.DataDirectory) { IsFirstStart = true };
        var (good, damaged) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        Guid group, goodId, damagedId;
        using (var admin = await hub.StartAndSignInAsync())
        {
            group = await admin.CreateGroupAsync();
            goodId = await admin.AddImageAsync(group, "good.jpg", good);
            damagedId = await admin.AddImageAsync(group, "damaged.jpg", damaged);
        }

        var files = Directory.GetFiles(Path.Combine(disk.DataDirectory, "objects"), "*", SearchOption.AllDirectories).Where(path => path.Contains($"{damagedId}", StringComparison.Ordinal)).ToList();
        files.Count.ShouldBeGreaterThanOrEqualTo(3);
        await disk.DamageAsync(files, hub.KillAsync);
        Guid again;
        using (var after = await hub.StartAndSignInAsync())
        {
            foreach (var path in (string[])[$"images/{damagedId}/low", $"images/{damagedId}/high", $"images/{damagedId}/full", $"images/{damagedId}/original", $"groups/{group}/archive"])
            {
                using var answer = await after.GetAsync($"/api/v1/{path}");
                answer.Headers.RetryAfter.ShouldNotBeNull(path);
                await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
            }

            await after.GetAsync($"/api/v1/images/{goodId}/low").StatusAsync(HttpStatusCode.OK);
            await after.DeleteAsync($"/api/v1/images/{damagedId}").StatusAsync(HttpStatusCode.NoContent);
            await after.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
            again = await after.AddImageAsync(group, "damaged.jpg", damaged);
        }

        await disk.RepairAsync(hub.KillAsync);
        using var repaired = await hub.StartAndSignInAsync();
        (await repaired.GetByteArrayAsync($"/api/v1/images/{again}/original")).ShouldBe(damaged);
    }

    [Theory]
    [InlineData("fsync")]
    [InlineData("pwrite64")]
    [InlineData("pread64")]
    [InlineData("?mkdir,?mkdirat")]
    [InlineData("?rename,?renameat,?renameat2")]
    public async Task A_photo_that_the_disk_fails_to_store_is_503_until_it_is_sent_again(string calls)
    {
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();
        var before = await admin.AddImageAsync(group, "before.jpg", TestImages.Jpeg(seed: 9));
        List<Guid> stored = [before];
        var refused = 0;
        await using (await FailingCalls.BeginAsync(hub.ProcessId, calls))
        {
            for (var seed = 1; seed <= 4; seed++)
            {
                var (id, refusals) = await StoreAsync(admin, group, seed);
                stored.Add(id);
                refused += refusals;
            }
        }

        refused.ShouldBeGreaterThan(0);
        for (var seed = 1; seed <= 4; seed++)
        {
            (await admin.GetByteArrayAsync($"/api/v1/images/{stored[seed]}/original")).ShouldBe(TestImages.Jpeg(seed: seed));
        }

        // Refused photos leave nothing behind.
        Directory.GetDirectories(Path.Combine(hub.DataDirectory, "objects", "images"), "????????-*", SearchOption.AllDirectories)
            .Select(folder => Guid.Parse(Path.GetFileName(folder)))
            .ShouldBe(stored, ignoreOrder: true);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_photo_survives_a_power_cut_and_the_failures_before_it_where_the_objects_have_a_disk_of_their_own()
    {
        await using var disk = await CreateDiskAsync();
        var objects = Directory.CreateDirectory(disk.DataDirectory).FullName;
        await using var hub = new ImageHubProcess { IsFirstStart = true };
        Directory.CreateSymbolicLink(Path.Combine(hub.DataDirectory, "objects"), objects);
        List<Guid> stored = [];
        var refused = 0;
        using (var admin = await hub.StartAndSignInAsync())
        {
            var group = await admin.CreateGroupAsync();
            stored.Add(await admin.AddImageAsync(group, "before.jpg", TestImages.Jpeg(seed: 0)));

            // A photo has two or three new folders. The fourth flush is that of a copy.
            await using (await FailingCalls.BeginAsync(hub.ProcessId, "fsync", which: "4"))
            {
                for (var seed = 1; seed <= 3; seed++)
                {
                    var (id, refusals) = await StoreAsync(admin, group, seed);
                    stored.Add(id);
                    refused += refusals;
                }
            }

            refused.ShouldBeGreaterThan(0);
            var files = Directory.GetFiles(objects, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).ToList();
            files.Count(name => name == "full").ShouldBe(stored.Count);
            files.ShouldAllBe(name => !name.Contains('-'));
            await disk.CutPowerAsync(hub.KillAsync);
        }

        using var after = await hub.StartAndSignInAsync();
        for (var seed = 0; seed <= 3; seed++)
        {
            (await after.GetByteArrayAsync($"/api/v1/images/{stored[seed]}/original")).ShouldBe(TestImages.Jpeg(seed: seed));
            await after.GetAsync($"/api/v1/images/{stored[seed]}/low").StatusAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_photo_in_a_folder_that_an_interrupted_server_may_not_have_flushed_is_503_until_the_disk_flushes_it()
    {
        await using var hub = new ImageHubProcess();
        var images = Path.Combine(hub.DataDirectory, "objects", "images");
        for (var end = 0; end <= 0xff; end++)
        {
            Directory.CreateDirectory(Path.Combine(images, $"{end:x2}"));
        }

        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();

        await using (await FailingCalls.BeginAsync(hub.ProcessId, "fsync", path: images))
        {
            await admin.PutImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        }

        await admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
    }

    [Fact]
    public async Task A_photo_whose_file_cannot_be_examined_is_503_and_does_not_count_as_lost()
    {
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();
        await admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
        var full = Directory.GetFiles(Path.Combine(hub.DataDirectory, "objects"), "full", SearchOption.AllDirectories).ShouldHaveSingleItem();
        await using (await FailingCalls.BeginAsync(hub.ProcessId, "?stat,?lstat,?newfstatat,?statx", path: full))
        {
            await admin.GetAsync($"/api/v1/groups/{group}/archive").ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        }

        (await admin.GetAsync("/api/v1/storage/damaged?cursor=").JsonAsync()).Items().ShouldBeEmpty();
        await admin.GetAsync($"/api/v1/groups/{group}/archive").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_server_that_cannot_read_the_stores_owner_any_more_is_not_ready()
    {
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        await admin.AddImageAsync(await admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(seed: 1));
        await using (await FailingCalls.BeginAsync(hub.ProcessId, "openat", "1+", Path.Combine(hub.DataDirectory, "objects", "gallery")))
        {
            await Polling.EventuallyAsync(async () =>
            {
                using var ready = await admin.GetAsync("/health/ready");
                var checks = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                return checks.Contains("\"database\":\"ok\",\"storage\":\"unreachable\"", StringComparison.Ordinal);
            });
        }
    }

    /// <summary>Sends a photo until it is stored. Returns its id and the number of refusals, which must be 503.</summary>
    private static async Task<(Guid Id, int Refusals)> StoreAsync(HttpClient admin, Guid group, int seed)
    {
        var refusals = 0;
        HttpResponseMessage answer;
        while ((answer = await admin.PutImageAsync(group, $"{seed}.jpg", TestImages.Jpeg(seed: seed))).StatusCode != HttpStatusCode.Created)
        {
            refusals++;
            answer.Headers.RetryAfter.ShouldNotBeNull();

            // A render worker that starts now fails, too; the server then answers that it is busy.
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refusals.ShouldBeLessThan(200);
        }

        return ((await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created)).Id(), refusals);
    }

    [SupportedOSPlatform("linux")]
    private static async Task<OwnDisk> CreateDiskAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a disk.");
        try
        {
            return await OwnDisk.CreateAsync();
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip($"Containers without the right to mount cannot have such a disk: {exception.Message}");
            throw;
        }
    }

    /// <summary>Reads the key as a starting server does. A missing key is generated.</summary>
    private static async Task<string> ReadKeyAsync(string dataDirectory)
    {
        await using var app = ImageHubApp.Build([], builder =>
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["ImageHub:DataDirectory"] = dataDirectory }));
        return app.Services.GetRequiredService<IOptions<JwtOptions>>().Value.SigningKey;
    }
}
