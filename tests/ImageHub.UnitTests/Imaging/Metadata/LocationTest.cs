using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.UnitTests.Imaging.Metadata;

internal static class BytesAssertion
{
    /// <summary>Says where they differ first; the lists themselves would be pages long.</summary>
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

/// <summary>What all tests of removal share: a folder, and what must be true of every copy.</summary>
public abstract class LocationTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-metadata-").FullName;
    private readonly EmbeddedMetadata metadata = new(NullLogger<EmbeddedMetadata>.Instance);

    private string SourcePath => Path.Combine(folder, "source");

    private string TargetPath => Path.Combine(folder, "target");

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes the location; the copy, or null when there was nothing to remove.</summary>
    protected async Task<byte[]?> RemoveAsync(byte[] file, ImageFormat format, bool isRead = true)
    {
        File.Delete(TargetPath);
        await File.WriteAllBytesAsync(SourcePath, file);
        var isWritten = await metadata.RemoveLocationAsync(SourcePath, format, TargetPath, default);
        File.Exists(TargetPath).ShouldBe(isWritten);
        return isWritten && isRead ? await File.ReadAllBytesAsync(TargetPath) : null;
    }

    /// <summary>Removes the location from a file that has one, and looks at the copy from every side.</summary>
    protected async Task<byte[]> ShouldLoseLocationAsync(byte[] file, ImageFormat format)
    {
        var copy = (await RemoveAsync(file, format)).ShouldNotBeNull();

        var tags = ExifTool.ReadAll(TargetPath);
        foreach (var word in new[] { "GPS", "Latitude", "City", "Country", "Province", "Sub-location", "Warning", "Error" })
        {
            tags.ShouldNotContain(word);
        }

        TestPicture.Read(copy).Samples.ShouldBeBytes(TestPicture.Read(file).Samples);
        (await RemoveAsync(copy, format)).ShouldBeNull("a second time there is nothing left to remove");
        return copy;
    }

    protected async Task ShouldStopAsync(byte[] file, ImageFormat format)
    {
        File.Delete(TargetPath);
        await File.WriteAllBytesAsync(SourcePath, file);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => metadata.RemoveLocationAsync(SourcePath, format, TargetPath, cancellation.Token));

        File.Exists(TargetPath).ShouldBeFalse();
    }

    protected async Task ShouldStayAsync(byte[] file, ImageFormat format) => (await RemoveAsync(file, format)).ShouldBeNull();

    protected async Task<Application.Imaging.ImageMetadata> ReadAsync(byte[] file, ImageFormat format)
    {
        await File.WriteAllBytesAsync(SourcePath, file);
        return await metadata.ReadAsync(SourcePath, format, default);
    }
}
