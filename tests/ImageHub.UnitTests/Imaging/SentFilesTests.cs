using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Infrastructure.Imaging.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.UnitTests.Imaging;

/// <summary>The files that a worker sends are written in the order sent. Ranges outside the source and files that were not requested are refused.</summary>
public sealed class SentFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-sent-").FullName;
    private readonly SentFile full;
    private readonly SentFiles files;

    public SentFilesTests()
    {
        File.WriteAllBytes(SourcePath, [.. "0123456789"u8]);
        full = new SentFile(FrameKind.Full, Path.Combine(folder, "full"));
        files = new SentFiles(SourcePath, [full], NullLogger.Instance);
    }

    private string SourcePath => Path.Combine(folder, "source");

    public void Dispose()
    {
        files.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_cleaned_copy_consists_of_source_ranges_and_new_bytes_in_the_order_sent()
    {
        files.Copy(new ByteRange(0, 3));
        files.Write(FrameKind.Full, "ab"u8);
        files.Copy(new ByteRange(8, 10));
        files.Complete();
        files.Dispose();

        File.ReadAllText(full.Path).ShouldBe("012ab89");
        full.Bytes.ShouldBe(7);

        // Computed with crc32(1).
        full.Crc32.ShouldBe(0xA19BFE19u);
    }

    [Fact]
    public void The_source_is_opened_once_however_many_ranges_are_sent()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not delete an open file.");
        files.Copy(new ByteRange(0, 3));
        File.Delete(SourcePath);
        files.Copy(new ByteRange(8, 10));
        files.Complete();
        files.Dispose();

        File.ReadAllText(full.Path).ShouldBe("01289");
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 2)]
    [InlineData(0, 11)]
    [InlineData(0, long.MaxValue)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void A_range_outside_the_source_is_refused_and_leaves_no_file(long start, long end)
    {
        files.Copy(new ByteRange(0, 3));
        Should.Throw<WorkerEndedException>(() => files.Copy(new ByteRange(start, end)));
        files.Dispose();

        File.Exists(full.Path).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_was_not_requested_is_refused() => Should.Throw<WorkerEndedException>(() => files.Write(FrameKind.High, "x"u8));
}
