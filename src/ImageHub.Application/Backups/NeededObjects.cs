using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Backups;

/// <summary>The objects that belong into a backup.</summary>
internal static class NeededObjects
{
    /// <summary>Finds the objects that the rows name, ordered by image, then the parts of uploads. Thumbnails and archives are rendered or written again on request, so backups leave them out.</summary>
    /// <returns>Keys, and sizes in bytes.</returns>
    public static async IAsyncEnumerable<(string Key, long Bytes)> FindAsync(IImageHubDb db)
    {
        var images = db.AllImages.OrderBy(image => image.Id).Select(image => new
        {
            image.Id,
            image.Revision,
            image.HasOriginal,
            image.OriginalBytes,
            Full = image.Full.Bytes,
            Large = image.Large == null ? (long?)null : image.Large.Bytes,
            High = image.High.Bytes,
            Medium = image.Medium.Bytes,
            Low = image.Low.Bytes,
            image.Alternates,
        });
        await foreach (var image in images.AsAsyncEnumerable())
        {
            List<(ImageVariant Variant, long? Bytes)> variants =
            [
                (ImageVariant.Original, image.HasOriginal ? image.OriginalBytes : null),
                (ImageVariant.Full, image.Full),
                (ImageVariant.Large, image.Large),
                (ImageVariant.High, image.High),
                (ImageVariant.Medium, image.Medium),
                (ImageVariant.Low, image.Low),
                .. Alternate.Read(image.Alternates).Select(alternate => (alternate.Variant, (long?)alternate.Bytes)),
            ];
            foreach (var (variant, bytes) in variants)
            {
                if (bytes is { } length)
                {
                    yield return (ObjectKey.For(image.Id, image.Revision, variant), length);
                }
            }
        }

        await foreach (var part in db.UploadParts.OrderBy(part => part.Id).AsAsyncEnumerable())
        {
            yield return (UploadPart.KeyFor(part.Id), part.Bytes);
        }
    }
}
