using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Imaging;
using ImageHub.Application.OneDrive;
using ImageHub.Domain.OneDrive;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Imports;

/// <summary>Reads the files that describe photos and albums in OneDrive.</summary>
internal sealed class ImportSidecars(IDrive drive, IDownloads downloads, ISidecars sidecars, ILogger<ImportSidecars> logger)
{
    /// <summary>Reads the title of an album from its file; null if the file has none or cannot be read.</summary>
    /// <exception cref="ProblemException">OneDrive does not respond for now.</exception>
    public async Task<string?> FindAlbumTitleAsync(DriveItem album, CancellationToken cancellationToken)
    {
        try
        {
            return album.Bytes <= AlbumTitle.MaxBytes ? AlbumTitle.Read(await DownloadAsync(album.Id, AlbumTitle.MaxBytes, cancellationToken)) : null;
        }
        catch (ProblemException problem) when (!OneDriveRetries.IsTransient(problem))
        {
            logger.LogWarning("The album's file '{FileName}' was not read: {Reason}", album.Name, problem.Message);
            return null;
        }
    }

    /// <summary>Reads the sidecar of a file; null without one. A photo is imported even if its sidecar cannot be read.</summary>
    /// <returns>The sidecar, or the reason why it cannot be read.</returns>
    /// <exception cref="ProblemException">OneDrive does not respond for now.</exception>
    public async Task<(Sidecar? Sidecar, ProblemException? Problem)> FindAsync(ImportFile file, CancellationToken cancellationToken)
    {
        if (file is not { SidecarItemId: { } id, SidecarName: { } name })
        {
            return default;
        }

        try
        {
            var content = await DownloadAsync(id, PutSidecar.MaxBytes, cancellationToken);
            return (SidecarNames.FindKind(name) == SidecarKind.Xmp ? sidecars.ReadXmp(content) : sidecars.ReadTakeout(content), null);
        }
        catch (ProblemException problem) when (!OneDriveRetries.IsTransient(problem))
        {
            logger.LogWarning("The sidecar '{FileName}' was not read ({Code}): {Reason}", name, problem.Problem.Code, problem.Message);
            return (null, problem);
        }
    }

    private async Task<byte[]> DownloadAsync(string itemId, int maxBytes, CancellationToken cancellationToken)
    {
        var item = await drive.GetItemAsync(itemId, cancellationToken);
        var address = item.DownloadUrl ?? throw new ProblemException(Problems.OneDriveRefused, "OneDrive returned no download address.");
        await using var download = await downloads.OpenAsync(address, cancellationToken);

        // One additional byte shows that the file is too large.
        var content = new byte[maxBytes + 1];
        var length = await download.Content.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= maxBytes ? content[..length] : throw new ProblemException(Problems.InvalidSidecar, $"The file has more than {maxBytes} bytes, which is the maximum.");
    }
}
