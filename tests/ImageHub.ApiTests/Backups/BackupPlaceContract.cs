using System.Security.Cryptography;
using ImageHub.Api;
using ImageHub.Application.Backups;
using ImageHub.Testing.Database;
using ImageHub.Testing.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Backups;

/// <summary>The behaviour of every place for backups. The test class of each kind of place inherits these tests.</summary>
public abstract class BackupPlaceContract : IAsyncLifetime
{
    private readonly string data = TemporaryFolders.Create();
    private WebApplication app = null!;

    internal IBackupPlaces Places => app.Services.GetRequiredService<IBackupPlaces>();

    internal IBackupPlace Place { get; private set; } = null!;

    /// <summary>The address of the place.</summary>
    protected abstract string Target { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        app = ImageHubApp.Build([$"--ImageHub:DataDirectory={data}", .. await SetUpAsync()]);
        Place = Places.Open(Target);
    }

    public virtual async ValueTask DisposeAsync()
    {
        Place.Dispose();
        await app.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(40_000_000)]
    public async Task A_written_file_can_be_read_and_has_its_size_and_checksum(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);

        var written = await Place.WriteAsync("objects/a/draft", new MemoryStream(content), (file, _) => $"objects/a/{file.Sha256}", Stop);

        written.ShouldBe(new BackupFile(length, Convert.ToHexStringLower(SHA256.HashData(content))));
        (await ReadAsync($"objects/a/{written.Sha256}")).ShouldBe(content);
        (await Place.FindLengthAsync($"objects/a/{written.Sha256}", Stop)).ShouldBe(length);
        (await ListAsync("")).ShouldBe([$"objects/a/{written.Sha256}"]);
    }

    [Fact]
    public async Task Content_without_a_name_is_not_kept()
    {
        await Place.WriteAsync("objects/a/draft", new MemoryStream([1]), (_, _) => null, Stop);

        (await ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_written_file_replaces_the_former_one_and_a_missing_file_is_null()
    {
        await WriteAsync("backups/a/list", [1, 2, 3]);
        await WriteAsync("backups/a/list", [4]);

        (await ReadAsync("backups/a/list")).ShouldBe([4]);
        (await Place.OpenAsync("backups/b/list", Stop)).ShouldBeNull();
        (await Place.FindLengthAsync("backups/b/list", Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task Files_are_listed_by_prefix_and_deleted()
    {
        foreach (var name in (string[])["backups/a/list", "backups/ab/list", "objects/parts/ab/1.x", "objects/parts/ab/12.x"])
        {
            await WriteAsync(name, [1]);
        }

        (await ListAsync("backups/a/")).ShouldBe(["backups/a/list"]);
        (await ListAsync("objects/parts/ab/1.")).ShouldBe(["objects/parts/ab/1.x"]);
        (await ListAsync("objects/parts/cd/")).ShouldBeEmpty();
        await Place.DeleteAsync(["backups/a/list", "backups/missing/list", "objects/parts/ab/1.x"], Stop);
        (await ListAsync("")).ShouldBe(["backups/ab/list", "objects/parts/ab/12.x"]);
    }

    [Fact]
    public async Task One_process_writes_and_deletions_exclude_readers()
    {
        await WriteAsync("backups/a/list", [1]);
        await using (await Place.LockAsync(BackupUse.Writing, Stop))
        {
            (await RefuseAsync(BackupUse.Writing)).ShouldStartWith($"Another backup into '{Place.Describe("")}' is running.");
            await using (await Place.LockAsync(BackupUse.Reading, Stop))
            {
                await using var other = await Place.LockAsync(BackupUse.Reading, Stop);
                (await RefuseAsync(BackupUse.Deleting)).ShouldStartWith($"A backup in '{Place.Describe("")}' is being verified or restored");
            }

            await using var deleting = await Place.LockAsync(BackupUse.Deleting, Stop);
            (await RefuseAsync(BackupUse.Reading)).ShouldStartWith($"Old backups in '{Place.Describe("")}' are being deleted");
            await deleting.ThrowIfLostAsync(Stop);
        }

        await (await Place.LockAsync(BackupUse.Writing, Stop)).DisposeAsync();
        await (await Place.LockAsync(BackupUse.Reading, Stop)).DisposeAsync();
    }

    /// <summary>Prepares the place.</summary>
    /// <returns>The settings that the place needs, as command-line arguments.</returns>
    protected abstract Task<string[]> SetUpAsync();

    protected Task WriteAsync(string name, byte[] content) => Place.WriteAsync(name, new MemoryStream(content), (_, _) => name, Stop);

    private async Task<byte[]> ReadAsync(string name)
    {
        await using var file = (await Place.OpenAsync(name, Stop)).ShouldNotBeNull();
        using var content = new MemoryStream();
        await file.CopyToAsync(content, Stop);
        return content.ToArray();
    }

    private async Task<string[]> ListAsync(string prefix) =>
        await Place.ListAsync(prefix, Stop).Select(file => file.Name).Where(name => !name.StartsWith("lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArrayAsync(Stop);

    protected async Task<string> RefuseAsync(BackupUse use) => (await Should.ThrowAsync<BackupException>(() => Place.LockAsync(use, Stop))).Message;
}

public sealed class BackupDirectoryTests : BackupPlaceContract
{
    private readonly string folder = TemporaryFolders.Create();

    protected override string Target => folder;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_folder_that_is_in_the_root_of_a_disk_is_not_a_part_of_the_place()
    {
        Directory.CreateDirectory(Path.Combine(Target, "lost+found"));
        await File.WriteAllBytesAsync(Path.Combine(Target, "lost+found", "#12"), [1], TestContext.Current.CancellationToken);

        (await Place.ListAsync("", TestContext.Current.CancellationToken).AnyAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();

        // The place counts as empty.
        await using var begun = await new BackupCatalog(Place).BeginAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(BackupUse.Writing, "lock")]
    [InlineData(BackupUse.Deleting, "lock.reading")]
    public async Task A_disk_that_fails_is_not_reported_as_another_backup(BackupUse use, string name)
    {
        // The system cannot open a link to itself: ELOOP.
        File.CreateSymbolicLink(Path.Combine(Target, name), name);

        (await RefuseAsync(use)).ShouldStartWith($"'{Target}' cannot be written to: ");
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_can_read_files_and_folders()
    {
        await WriteAsync("backups/a/list", [1]);
        await using var reading = await Place.LockAsync(BackupUse.Reading, TestContext.Current.CancellationToken);

        var root = new DirectoryInfo(folder);
        root.EnumerateDirectories("*", SearchOption.AllDirectories).ShouldAllBe(each => each.UnixFileMode == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        root.EnumerateFiles("*", SearchOption.AllDirectories).ShouldAllBe(file => file.UnixFileMode == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_name_never_leaves_the_folder() => Should.Throw<DamagedBackupException>(() => Place.OpenAsync("backups/a/database/../../../x", TestContext.Current.CancellationToken));

    protected override Task<string[]> SetUpAsync() => Task.FromResult<string[]>([]);
}

public sealed class BackupBucketTests : BackupPlaceContract
{
    private readonly S3Server server = new();

    protected override string Target => "s3://backups/gallery/daily";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Places_with_other_prefixes_are_separate()
    {
        using var other = Places.Open("s3://backups/gallery/daily2");
        await WriteAsync("backups/a/list", [1]);

        (await other.ListAsync("", TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
        Place.Describe("backups/a/list").ShouldBe("s3://backups/gallery/daily/backups/a/list");
    }

    [Fact]
    public async Task The_folders_of_a_console_are_not_a_part_of_the_place()
    {
        using var bucket = Places.Open("s3://backups/gallery");
        foreach (var folder in (string[])["daily/", "daily/backups/old/"])
        {
            await bucket.WriteAsync(folder, new MemoryStream(), (_, _) => folder, TestContext.Current.CancellationToken);
        }

        (await Place.ListAsync("", TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);

        // The place counts as empty.
        await using var begun = await new BackupCatalog(Place).BeginAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_ends_after_two_minutes()
    {
        await using var killed = await Place.LockAsync(BackupUse.Writing, TestContext.Current.CancellationToken);
        AgeLocks(TimeSpan.FromSeconds(100));
        (await Should.ThrowAsync<BackupException>(() => Place.LockAsync(BackupUse.Writing, TestContext.Current.CancellationToken))).Message
            .ShouldBe("Another backup into 's3://backups/gallery/daily' is running. If that process was killed, the lock expires after two minutes.");

        AgeLocks(TimeSpan.FromSeconds(140));

        await using var next = await Place.LockAsync(BackupUse.Writing, TestContext.Current.CancellationToken);
        await next.ThrowIfLostAsync(TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<BackupException>(() => killed.ThrowIfLostAsync(TestContext.Current.CancellationToken))).Message
            .ShouldBe("The bucket's lock has ended, because it was not renewed for two minutes, so another process may use the bucket; run the command again.");
    }

    private void AgeLocks(TimeSpan age)
    {
        foreach (var file in Directory.GetFiles(server.Folder, "*", SearchOption.AllDirectories).Where(file => file.Contains("/locks/", StringComparison.Ordinal)))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - age);
        }
    }

    protected override async Task<string[]> SetUpAsync()
    {
        await server.InitializeAsync();
        return [$"--Backup:S3:ServiceUrl={server.Settings["Storage:S3:ServiceUrl"]}", "--Backup:S3:AccessKey=S3RVER", "--Backup:S3:SecretKey=S3RVER"];
    }
}
