using ImageHub.Application.Errors;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging.Metadata;

public sealed class EditedCopyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-copy-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_copy_that_cannot_be_written_is_the_servers_fault_and_logged()
    {
        var log = new ErrorLog<EmbeddedMetadata>();
        var source = Path.Combine(folder, "source");
        await File.WriteAllBytesAsync(source, MetadataFixtures.Embed(ImageFormat.Png, MetadataFixtures.GeotaggedExif()));

        var problem = await Should.ThrowAsync<ProblemException>(
            () => new EmbeddedMetadata(log).RemoveLocationAsync(source, ImageFormat.Png, Path.Combine(folder, "missing", "target"), default));

        problem.Problem.ShouldBe(Problems.StorageUnavailable);
        problem.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        log.Causes.ShouldHaveSingleItem().ShouldBeOfType<DirectoryNotFoundException>();
    }
}
