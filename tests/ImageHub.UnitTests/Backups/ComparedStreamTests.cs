using System.Security.Cryptography;
using ImageHub.Application.Backups;

namespace ImageHub.UnitTests.Backups;

public sealed class ComparedStreamTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(number => (byte)(number * 7))];
    private static readonly BackupFile Expected = new(100_000, Convert.ToHexStringLower(SHA256.HashData(Content)));

    [Fact]
    public async Task The_content_in_the_manifest_is_read_unchanged()
    {
        await using var stream = new ComparedStream(new MemoryStream(Content), Expected, "/backups/users.copy");
        var read = new MemoryStream();

        await stream.CopyToAsync(read, TestContext.Current.CancellationToken);

        read.ToArray().ShouldBe(Content);
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("shorter")]
    [InlineData("longer")]
    public async Task Other_content_is_an_error_that_names_the_file(string kind)
    {
        byte[] other = kind switch
        {
            "changed" => [.. Content[..^1], 0],
            "shorter" => Content[..^1],
            _ => [.. Content, 1],
        };
        await using var stream = new ComparedStream(new MemoryStream(other), Expected, "/backups/users.copy");

        var read = () => stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        (await read.ShouldThrowAsync<DamagedBackupException>()).Message.ShouldBe("'/backups/users.copy' has changed since it was verified: it does not match the manifest.");
    }

    [Fact]
    public async Task Endless_content_ends_at_the_size_in_the_manifest()
    {
        await using var stream = new ComparedStream(File.OpenRead("/dev/zero"), Expected, "/backups/objects.txt");

        var read = () => stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        await read.ShouldThrowAsync<DamagedBackupException>();
    }
}
