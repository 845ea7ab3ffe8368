using System.Globalization;
using System.Runtime.CompilerServices;
using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Backups;

/// <summary>The objects that a backup must contain.</summary>
internal static class NeededObjects
{
    /// <summary>
    /// Finds the objects that the rows name: first those of images, ordered by image, then the parts of uploads. Thumbnails and archives are rendered or
    /// written again on request, so backups leave them out.
    /// </summary>
    /// <returns>The objects of one image, or one part, at a time.</returns>
    public static async IAsyncEnumerable<IReadOnlyList<NeededObject>> FindAsync(IImageHubDb db)
    {
        var images = db.AllImages.OrderBy(image => image.Id).Select(image => new
        {
            image.Id,
            image.Revision,
            image.HasOriginal,
            image.OriginalBytes,
            image.Sha256,
            image.Full,
            image.Large,
            image.High,
            image.Medium,
            image.Low,
            image.Alternates,
        });
        await foreach (var image in images.AsAsyncEnumerable())
        {
            List<NeededObject> needed = [];
            if (image.HasOriginal)
            {
                needed.Add(new NeededObject(ObjectKey.For(image.Id, image.Revision, ImageVariant.Original), image.OriginalBytes, null, Convert.ToHexStringLower(image.Sha256)));
            }

            AddRendition(ImageVariant.Full, image.Full);
            if (image.Large is { } large)
            {
                AddRendition(ImageVariant.Large, large);
            }

            AddRendition(ImageVariant.High, image.High);
            AddRendition(ImageVariant.Medium, image.Medium);
            AddRendition(ImageVariant.Low, image.Low);
            needed.AddRange(Alternate.Read(image.Alternates).Select(alternate => new NeededObject(ObjectKey.For(image.Id, image.Revision, alternate.Variant), alternate.Bytes, alternate.Crc32, null)));
            yield return needed;

            void AddRendition(ImageVariant variant, Rendition rendition) => needed.Add(new NeededObject(ObjectKey.For(image.Id, image.Revision, variant), rendition.Bytes, rendition.Crc32, null));
        }

        await foreach (var part in db.UploadParts.OrderBy(part => part.Id).AsAsyncEnumerable())
        {
            yield return [new NeededObject(UploadPart.KeyFor(part.Id), part.Bytes, null, part.Sha256 is { } hash ? Convert.ToHexStringLower(hash) : null)];
        }
    }

    /// <summary>Writes the objects of a snapshot to a file, so that the snapshot can end before the objects are copied.</summary>
    public static async Task WriteAsync(IImageHubDb db, string path, CancellationToken cancellationToken)
    {
        await using var file = new StreamWriter(PrivateFile.Create(path));
        await foreach (var objects in FindAsync(db).WithCancellation(cancellationToken))
        {
            await file.WriteLineAsync(string.Join(';', objects).AsMemory(), cancellationToken);
        }
    }

    /// <summary>Reads a file of <see cref="WriteAsync"/>.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<NeededObject>> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            yield return [.. line.Split(';').Select(NeededObject.Parse)];
        }
    }
}

/// <summary>An object that a row names.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Crc32">Its CRC-32; null if the row has none.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal; null if the row has none.</param>
internal sealed record NeededObject(string Key, long Bytes, uint? Crc32, string? Sha256)
{
    /// <summary>Parses the text of <see cref="ToString"/>.</summary>
    public static NeededObject Parse(string text)
    {
        var fields = text.Split(' ');
        return new NeededObject(
            fields[0],
            long.Parse(fields[1], CultureInfo.InvariantCulture),
            fields[2].Length == 0 ? null : uint.Parse(fields[2], CultureInfo.InvariantCulture),
            fields[3].Length == 0 ? null : fields[3]);
    }

    /// <summary>Whether content has the size and the checksum of the row.</summary>
    public bool Matches(BackupFile file, uint crc32) => file.Bytes == Bytes && (Crc32 ?? crc32) == crc32 && (Sha256 ?? file.Sha256) == file.Sha256;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key} {Bytes} {Crc32} {Sha256}");
}
