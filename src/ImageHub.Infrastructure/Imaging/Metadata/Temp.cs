using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging.Metadata;

internal sealed class TempMetadata : IImageMetadata
{
    public Task<ImageMetadata> ReadAsync(string path, ImageFormat format, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageMetadata(null, null, null, null));

    public Task<bool> RemoveLocationAsync(string path, ImageFormat format, string targetPath, CancellationToken cancellationToken) => Task.FromResult(false);
}
