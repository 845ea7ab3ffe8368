using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

internal static class BytesAssertion
{
    /// <summary>Compares byte arrays and reports the first difference; the full lists would be pages long.</summary>
    internal static void ShouldBeBytes(this byte[] actual, byte[] expected)
    {
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            var at = actual.AsSpan().CommonPrefixLength(expected);
            Assert.Fail($"{actual.Length} bytes instead of {expected.Length}; they differ from byte {at} on: "
                + $"{Convert.ToHexString(actual.AsSpan(at)[..Math.Min(16, actual.Length - at)])} instead of {Convert.ToHexString(expected.AsSpan(at)[..Math.Min(16, expected.Length - at)])}.");
        }
    }
}

/// <summary>The base class of the cleaning tests: a folder, and assertions for every copy.</summary>
public abstract class CleaningTest : IDisposable
{
    private static readonly string[] Traces =
    [
        LocationSamples.Canary, "GPS", "Latitude", "Longitude", "City", "Country", "Province", "Sub-location", "Location", "MCC", "Comment", "ImageDescription", "Thumbnail",
        "MakerNote", "Rating", "Warning", "Error",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-metadata-").FullName;

    private string SourcePath => Path.Combine(folder, "source");

    private string TargetPath => Path.Combine(folder, "target");

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The total memory that the last cleaning allocated on its thread, in bytes.</summary>
    protected long AllocatedBytes { get; private set; }

    /// <summary>Returns the clean copy; null if the file is already clean, or if <paramref name="isRead"/> is false.</summary>
    protected async Task<byte[]?> CleanAsync(byte[] file, ImageFormat format, bool isRead = true)
    {
        File.Delete(TargetPath);
        await File.WriteAllBytesAsync(SourcePath, file);
        var isWritten = false;
        await using (var target = File.Create(TargetPath))
        {
            var copy = new EditedCopy(
                range =>
                {
                    isWritten = true;
                    target.Write(file.AsSpan((int)range.Start, (int)range.Length));
                },
                bytes =>
                {
                    isWritten = true;
                    target.Write(bytes);
                });
            var before = GC.GetAllocatedBytesForCurrentThread();
            EmbeddedMetadata.Clean(SourcePath, FileFormat.Find(format), copy);
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return isWritten && isRead ? await File.ReadAllBytesAsync(TargetPath) : null;
    }

    /// <summary>
    /// Cleans a file with unwanted metadata. Asserts that the copy has no trace of them, that its pixels are unchanged, and that nothing is left to clean.
    /// Afterwards the copy is the source file, and the target file is empty.
    /// </summary>
    protected async Task<byte[]> ShouldBecomeCleanAsync(byte[] file, ImageFormat format)
    {
        var copy = (await CleanAsync(file, format)).ShouldNotBeNull();

        var tags = ExifTool.ReadAll(TargetPath);
        foreach (var trace in Traces)
        {
            tags.ShouldNotContain(trace);
        }

        Encoding.Latin1.GetString(copy).ShouldNotContain(LocationSamples.Canary);
        TestPicture.Read(copy).Samples.ShouldBeBytes(TestPicture.Read(file).Samples);
        (await CleanAsync(copy, format)).ShouldBeNull("a second time there is nothing left to do");
        return copy;
    }

    protected async Task ShouldStayAsync(byte[] file, ImageFormat format) => (await CleanAsync(file, format))?.ShouldBeBytes(file);

    /// <summary>Reads the last copy with exiftool.</summary>
    protected string ReadTags() => ExifTool.ReadAll(TargetPath);

    /// <summary>Reads the last source file with exiftool.</summary>
    protected string ReadSentTags() => ExifTool.ReadAll(SourcePath);

    protected async Task<Application.Imaging.ImageMetadata> ReadAsync(byte[] file, ImageFormat format)
    {
        await File.WriteAllBytesAsync(SourcePath, file);
        return EmbeddedMetadata.Clean(SourcePath, FileFormat.Find(format), new EditedCopy(static _ => { }, static _ => { }));
    }
}
