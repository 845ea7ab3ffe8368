using System.Security.Cryptography;
using ImageHub.Application.Delivery;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Storage;
using ImageHub.Testing.Database;
using ImageHub.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageHub.ApiTests.Storage;

/// <summary>The tests that every object store must pass. The test class of each store inherits them.</summary>
public abstract class ObjectStoreContract : IAsyncLifetime
{
    private readonly string folder = TemporaryFolders.Create();

    internal IObjectStore Store { get; private set; } = null!;

    protected string Folder => folder;

    public async ValueTask InitializeAsync() => Store = await CreateAsync();

    public virtual ValueTask DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(40_000_000)]
    public async Task A_stored_object_can_be_read_and_its_local_file_is_deleted(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        var source = await SourceAsync(content);

        await Store.PutAsync([new NewObject("images/0198/full", source, "image/jpeg")], CancellationToken.None);

        File.Exists(source).ShouldBeFalse();
        (await ReadAsync("images/0198/full", length)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stream_is_read_from_the_position_that_was_sought()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        await PutAsync("images/a/full", content);
        await using var stream = Store.OpenRead("images/a/full", content.Length);

        stream.CanSeek.ShouldBeTrue();
        stream.Length.ShouldBe(content.Length);
        foreach (var (position, count) in (ValueTuple<int, int>[])[(250_000, 50_000), (0, 10), (5, 100_000), (299_999, 1)])
        {
            stream.Seek(position, SeekOrigin.Begin);
            var part = new byte[count];
            await stream.ReadExactlyAsync(part);
            part.ShouldBe(content[position..(position + count)]);
        }

        stream.Seek(0, SeekOrigin.End);
        (await stream.ReadAsync(new byte[10])).ShouldBe(0);
    }

    [Fact]
    public async Task Objects_in_several_folders_are_stored_in_parallel()
    {
        var (low, high, other) = (RandomNumberGenerator.GetBytes(1_000), RandomNumberGenerator.GetBytes(2_000), RandomNumberGenerator.GetBytes(3_000));
        string[] sources = [await SourceAsync(low), await SourceAsync(high), await SourceAsync(other)];

        await Store.PutAsync(
            [new("images/a/low", sources[0], "image/jpeg"), new("images/a/high", sources[1], "image/webp"), new("images/b/low", sources[2], "image/jpeg")],
            CancellationToken.None);

        (await ReadAsync("images/a/low", 1_000)).ShouldBe(low);
        (await ReadAsync("images/a/high", 2_000)).ShouldBe(high);
        (await ReadAsync("images/b/low", 3_000)).ShouldBe(other);
        sources.ShouldAllBe(source => !File.Exists(source));
    }

    [Fact]
    public async Task Storing_an_object_again_under_the_same_key_is_harmless()
    {
        var content = RandomNumberGenerator.GetBytes(1_000);
        await PutAsync("images/a/low", content);
        await PutAsync("images/a/low", content);

        (await ReadAsync("images/a/low", 1_000)).ShouldBe(content);
    }

    [Fact]
    public async Task A_missing_object_is_reported_at_the_first_read()
    {
        await PutAsync("images/a/low", [1]);
        await using var stream = Store.OpenRead("images/none/low", 10);

        (await Should.ThrowAsync<LostObjectException>(async () => await stream.ReadExactlyAsync(new byte[1]))).Problem.ShouldBe(Problems.StorageUnavailable);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1_001)]
    public async Task An_object_of_another_length_is_reported_as_lost_from_any_position(int length)
    {
        await PutAsync("images/a/low", new byte[length]);
        foreach (var position in (int[])[0, 500, 999])
        {
            await using var stream = Store.OpenRead("images/a/low", 1_000);
            stream.Position = position;

            (await Should.ThrowAsync<LostObjectException>(async () => await stream.ReadExactlyAsync(new byte[1]))).Key.ShouldBe("images/a/low");
        }
    }

    [Fact]
    public async Task Lengths_are_returned_in_the_order_of_the_keys_and_a_missing_object_has_none()
    {
        await PutAsync("images/a/low", new byte[3]);
        await PutAsync("images/b/low", []);

        (await Store.FindLengthsAsync(["images/b/low", "images/none/low", "images/a/low"], CancellationToken.None)).ShouldBe([0, null, 3]);
        (await Store.FindLengthsAsync([], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deleting_removes_the_named_objects_and_ignores_missing_ones()
    {
        await PutAsync("images/a/low", [1]);
        await PutAsync("images/a/high", [2]);
        await PutAsync("images/b/low", [3]);

        await Store.DeleteAsync(["images/a/low", "images/a/full", "images/c/low"], CancellationToken.None);

        (await ListAsync("images/")).ShouldBe(["images/a/high", "images/b/low"]);
    }

    [Fact]
    public async Task A_listing_has_every_object_below_a_prefix_with_its_size_and_time()
    {
        (await ListAsync("images/")).ShouldBeEmpty();
        var keys = Enumerable.Range(0, 25).SelectMany(i => (string[])[$"images/{i:00}/low", $"images/{i:00}/high"]).ToArray();
        foreach (var key in keys)
        {
            await PutAsync(key, new byte[7]);
        }

        await PutAsync("other/x/low", [1]);

        (await ListAsync("images/")).ShouldBe(keys.Order(StringComparer.Ordinal));
        await foreach (var stored in Store.ListAsync("images/", CancellationToken.None))
        {
            stored.Bytes.ShouldBe(7);
            (DateTimeOffset.UtcNow - stored.WrittenAt).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(5));
        }
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        var source = await SourceAsync(RandomNumberGenerator.GetBytes(40_000_000));
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.PutAsync([new NewObject("images/x/full", source, "image/jpeg")], cancellation.Token));

        (await ListAsync("images/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_working_store_passes_its_check_empty_or_not()
    {
        await Store.CheckAsync(CancellationToken.None);
        await PutAsync("images/1/full", [1]);
        await PutAsync("images/2/full", [2]);
        await Store.CheckAsync(CancellationToken.None);
    }

    internal abstract Task<IObjectStore> CreateAsync();

    private async Task<string> SourceAsync(byte[] content)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(path, content);
        return path;
    }

    protected async Task PutAsync(string key, byte[] content) =>
        await Store.PutAsync([new NewObject(key, await SourceAsync(content), "image/jpeg")], CancellationToken.None);

    private async Task<byte[]> ReadAsync(string key, int length)
    {
        await using var stream = Store.OpenRead(key, length);
        var content = new byte[length];
        await stream.ReadExactlyAsync(content);
        return content;
    }

    private async Task<string[]> ListAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var stored in Store.ListAsync(prefix, CancellationToken.None))
        {
            keys.Add(stored.Key);
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }
}

public sealed class FileSystemObjectStoreTests : ObjectStoreContract
{
    internal override async Task<IObjectStore> CreateAsync()
    {
        var store = new FileSystemObjectStore(
            new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = Folder })), Options.Create(new DeliveryOptions()), NullLogger<FileSystemObjectStore>.Instance);
        var owner = Path.Combine(Folder, "owner");
        await File.WriteAllTextAsync(owner, "", TestContext.Current.CancellationToken);
        await store.PutAsync([new NewObject("gallery", owner, "text/plain")], TestContext.Current.CancellationToken);
        return store;
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("images/../../x")]
    [InlineData("images//low")]
    [InlineData("/etc/passwd")]
    [InlineData("images/A/low")]
    public void An_invalid_key_never_becomes_a_path(string key) =>
        Should.Throw<ArgumentException>(() => Store.OpenRead(key, 1).ReadAsync(new byte[1]).AsTask().GetAwaiter().GetResult());

    [Fact]
    public async Task A_listing_passes_over_objects_that_are_deleted_meanwhile()
    {
        string[] keys = ["images/a/full", "images/a/high", "images/a/low"];
        foreach (var key in keys)
        {
            await PutAsync(key, [1]);
        }

        await using var listing = Store.ListAsync("images/", CancellationToken.None).GetAsyncEnumerator();
        (await listing.MoveNextAsync()).ShouldBeTrue();
        await Store.DeleteAsync(keys, CancellationToken.None);

        (await listing.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task The_folder_lost_and_found_of_a_disk_is_not_part_of_the_store()
    {
        var found = Directory.CreateDirectory(Path.Combine(Folder, "objects", "lost+found"));
        await File.WriteAllBytesAsync(Path.Combine(found.FullName, "#12"), [1], TestContext.Current.CancellationToken);

        (await Store.ListAsync("", TestContext.Current.CancellationToken).AnyAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();

        await PutAsync("images/abc/low", [1]);
        (await Store.ListAsync("", TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken)).Key.ShouldBe("images/abc/low");
    }

    [Fact]
    public async Task An_unmounted_disk_is_an_outage_in_which_nothing_is_lost_or_stored()
    {
        await PutAsync("images/abc/low", [1]);
        var objects = Path.Combine(Folder, "objects");
        Directory.Move(objects, Path.Combine(Folder, "away"));
        Directory.CreateDirectory(objects);
        await using var stream = Store.OpenRead("images/abc/low", 1);

        (await Should.ThrowAsync<ProblemException>(async () => await stream.ReadExactlyAsync(new byte[1]))).ShouldNotBeOfType<LostObjectException>();
        foreach (var call in (Func<Task>[])[
            () => Store.FindLengthsAsync(["images/abc/low"], CancellationToken.None),
            () => PutAsync("images/abd/low", [1]),
            () => Store.DeleteAsync(["images/abc/low"], CancellationToken.None),
            () => Store.CheckAsync(CancellationToken.None)])
        {
            (await Should.ThrowAsync<ProblemException>(call)).Problem.ShouldBe(Problems.StorageUnavailable);
        }

        Directory.EnumerateFileSystemEntries(objects).ShouldBeEmpty();
        Directory.Delete(objects);
        Directory.Move(Path.Combine(Folder, "away"), objects);
        await PutAsync("images/abd/low", [1]);
        (await Store.FindLengthsAsync(["images/abc/low", "images/abd/low", "images/abe/low"], CancellationToken.None)).ShouldBe([1, 1, null]);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_can_read_files_and_folders()
    {
        await PutAsync("images/abc/low", [1]);
        var objects = new DirectoryInfo(Path.Combine(Folder, "objects"));

        objects.EnumerateDirectories("*", SearchOption.AllDirectories).Append(objects)
            .ShouldAllBe(folder => folder.UnixFileMode == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        objects.EnumerateFiles("*", SearchOption.AllDirectories)
            .ShouldAllBe(file => file.UnixFileMode == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }
}

public sealed class S3ObjectStoreTests : ObjectStoreContract
{
    private readonly S3Server server = new();

    internal override async Task<IObjectStore> CreateAsync()
    {
        await server.InitializeAsync();
        var s3 = new S3Options
        {
            ServiceUrl = server.Settings["Storage:S3:ServiceUrl"]!,
            Bucket = "imagehub",
            AccessKey = "S3RVER",
            SecretKey = "S3RVER",
        };
        var options = Options.Create(new StorageOptions { Provider = StorageProvider.S3, S3 = s3 });
        return new S3ObjectStore(options, NullLogger<S3ObjectStore>.Instance);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_presigned_address_serves_the_object_without_credentials()
    {
        var source = Path.Combine(Folder, "source");
        await File.WriteAllBytesAsync(source, [1, 2, 3]);
        await Store.PutAsync([new NewObject("images/a/low", source, "image/jpeg")], CancellationToken.None);
        using var client = new HttpClient();

        var url = Store.Presign("images/a/low", TimeSpan.FromSeconds(60), "image/jpeg").ShouldNotBeNull();

        (await client.GetByteArrayAsync(url)).ShouldBe([1, 2, 3]);
        url.Query.ShouldContain("X-Amz-Expires=60");
    }

    [Fact]
    public async Task A_broken_download_continues_at_the_same_position()
    {
        // The object is larger than the buffers of the connection.
        var content = new byte[24_000_000];
        new Random(7).NextBytes(content);
        var source = Path.Combine(Folder, "source");
        await File.WriteAllBytesAsync(source, content);
        await Store.PutAsync([new NewObject("images/a/full", source, "image/jpeg")], CancellationToken.None);
        await using var stream = Store.OpenRead("images/a/full", content.Length);
        var read = new byte[content.Length];
        await stream.ReadExactlyAsync(read.AsMemory(0, 100_000));

        await server.KillAsync();
        await server.InitializeAsync();
        await stream.ReadExactlyAsync(read.AsMemory(100_000));

        read.AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task An_unreachable_server_is_an_outage()
    {
        await server.KillAsync();

        (await Should.ThrowAsync<ProblemException>(() => Store.CheckAsync(CancellationToken.None))).Problem.ShouldBe(Problems.StorageUnavailable);
    }
}
