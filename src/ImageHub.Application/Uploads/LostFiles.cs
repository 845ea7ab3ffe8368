using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Uploads;

/// <summary>Stores files of images again that the store has lost, when the same files are uploaded.</summary>
internal sealed class LostFiles(IObjectStore store, ImageBytes bytes)
{
    /// <summary>Stores the file of an image again if its object is missing or damaged.</summary>
    /// <param name="db">The database.</param>
    /// <param name="imageId">The image, whose original file has the same SHA-256 as the uploaded file.</param>
    /// <param name="file">The uploaded file. Its bytes may have been moved to the store afterwards.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if the file is lost, and cannot be stored again because only a file without its metadata was kept.</returns>
    /// <exception cref="ProblemException">404 if the image no longer exists; 503 if the store is unavailable.</exception>
    public async Task<bool> TryRestoreAsync(IImageHubDb db, Guid imageId, SpooledFile file, CancellationToken cancellationToken)
    {
        var image = await StoredImage.FindAsync(db, imageId);
        var wanted = image.FindObject(ImageVariant.Original);
        var isWhole = (await store.FindLengthsAsync([wanted.Key], cancellationToken))[0] == wanted.Bytes;
        if (isWhole && !image.HasDamages)
        {
            return true;
        }

        if (wanted.Variant == ImageVariant.Original || (wanted.Bytes == file.Bytes && wanted.Crc32 == (await ObjectChecksum.ComputeAsync(file.Path, cancellationToken)).Crc32))
        {
            await store.PutAsync([new NewObject(wanted.Key, file.Path, wanted.ContentType)], cancellationToken);
        }

        try
        {
            await bytes.RestoreAsync(imageId, ImageVariant.Original);
            return true;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost)
        {
            return false;
        }
    }
}
