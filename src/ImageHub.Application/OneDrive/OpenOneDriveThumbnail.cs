using ImageHub.Application.Errors;
using ImageHub.Application.Secrets;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>Opens the thumbnail of a OneDrive item.</summary>
/// <param name="Token">The last segment of an item's <c>thumbnailUrl</c>.</param>
public sealed record OpenOneDriveThumbnail(string Token) : IRequest<OneDriveThumbnail>;

/// <summary>A thumbnail.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="ContentType">The media type of an image.</param>
public sealed record OneDriveThumbnail(byte[] Bytes, string ContentType);

internal sealed class OpenOneDriveThumbnailHandler(IDownloads downloads, ISecrets secrets, IOptions<OneDriveOptions> options)
    : IRequestHandler<OpenOneDriveThumbnail, OneDriveThumbnail>
{
    /// <summary>The maximum size in bytes, ten times the size of Graph's thumbnails.</summary>
    private const int MaxBytes = 1024 * 1024;

    private static readonly string[] Formats = ["image/jpeg", "image/png", "image/webp", "image/gif"];

    public async Task<OneDriveThumbnail> Handle(OpenOneDriveThumbnail request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        var address = secrets.Unprotect(OneDriveItem.ThumbnailPurpose, request.Token) ?? throw NoThumbnail();
        await using var download = await downloads.OpenAsync(new Uri(address), cancellationToken);
        var format = Formats.FirstOrDefault(format => format.Equals(download.ContentType, StringComparison.OrdinalIgnoreCase)) ?? throw NoThumbnail();
        var bytes = new byte[MaxBytes + 1];
        var length = await download.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBytes ? new OneDriveThumbnail(bytes[..length], format) : throw NoThumbnail();
    }

    private static ProblemException NoThumbnail() => ProblemException.NotFound("thumbnail");
}
