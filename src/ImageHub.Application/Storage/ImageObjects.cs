using System.Security.Cryptography;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>The objects of an image during a check: the lost objects and their replacements.</summary>
/// <param name="image">The image's row at the start of the check.</param>
/// <param name="store">The object store.</param>
/// <param name="folder">The folder for restored files.</param>
internal sealed class ImageObjects(Image image, IObjectStore store, StagingFolder folder)
{
    // Excludes the deferred files: the large rendition and the alternates, which are rendered in the background.
    private static readonly ImageVariant[] Renditions = [ImageVariant.Low, ImageVariant.Medium, ImageVariant.High, ImageVariant.Full];

    private readonly HashSet<ImageVariant> lost = [];
    private readonly Dictionary<ImageVariant, uint[]> blocks = [];
    private readonly Dictionary<ImageVariant, Rendition> made = [];
    private readonly Dictionary<ImageVariant, string> paths = [];
    private string? addedOriginal;
    private uint originalCrc32;

    /// <summary>The missing or corrupt variants. For deferred files, see <see cref="HasLostDeferred"/>.</summary>
    public IReadOnlySet<ImageVariant> Lost => lost;

    /// <summary>Whether a deferred file is missing or corrupt: the large rendition or an alternate.</summary>
    public bool HasLostDeferred { get; private set; }

    /// <summary>The intact large rendition; null if the image has none, or if it is missing or corrupt.</summary>
    public Rendition? Large { get; private set; }

    /// <summary>The intact alternates.</summary>
    public List<Alternate> Alternates { get; } = [];

    /// <summary>The block checksums of intact objects and of objects to write.</summary>
    public IReadOnlyDictionary<ImageVariant, uint[]> Blocks => blocks;

    /// <summary>The restored renditions.</summary>
    public IReadOnlyDictionary<ImageVariant, Rendition> Made => made;

    /// <summary>Returns the rendition that the row records for low, medium, high or full.</summary>
    public Rendition Find(ImageVariant variant) =>
        variant == ImageVariant.Low ? image.Low : variant == ImageVariant.Medium ? image.Medium : variant == ImageVariant.High ? image.High : image.Full;

    /// <summary>Returns the restored rendition or, if it was not restored, the row's rendition.</summary>
    public Rendition Latest(ImageVariant variant) => made.GetValueOrDefault(variant, Find(variant));

    /// <summary>Whether the variant's bytes are intact or restored.</summary>
    public bool IsThere(ImageVariant variant) => !lost.Contains(variant) || made.ContainsKey(variant);

    /// <summary>Reads all objects.</summary>
    public async Task ReadAsync()
    {
        foreach (var variant in Renditions)
        {
            var rendition = Find(variant);
            if (await store.ReadAsync(KeyOf(variant), rendition.Bytes) is { } checksum && rendition.Crc32 == checksum.Crc32)
            {
                AddBlocks(variant, rendition.Bytes, checksum);
            }
            else
            {
                lost.Add(variant);
            }
        }

        foreach (var alternate in Alternate.Read(image.Alternates))
        {
            if (await store.ReadAsync(KeyOf(alternate.Variant), alternate.Bytes) is { } checksum && alternate.Crc32 == checksum.Crc32)
            {
                Alternates.Add(alternate);
                AddBlocks(alternate.Variant, alternate.Bytes, checksum);
            }
            else
            {
                HasLostDeferred = true;
            }
        }

        if (image.Large is { } large)
        {
            if (await store.ReadAsync(KeyOf(ImageVariant.Large), large.Bytes) is { } checksum && large.Crc32 == checksum.Crc32)
            {
                Large = large;
                AddBlocks(ImageVariant.Large, large.Bytes, checksum);
            }
            else
            {
                HasLostDeferred = true;
            }
        }

        if (image.HasOriginal)
        {
            if (await ReadOriginalAsync() is { } original)
            {
                originalCrc32 = original.Crc32;
                AddBlocks(ImageVariant.Original, image.OriginalBytes, original);
            }
            else
            {
                lost.Add(ImageVariant.Original);
            }
        }
    }

    /// <summary>Returns the path of a local file with the bytes of a variant: the restored file if there is one, otherwise a copy of the intact object.</summary>
    /// <exception cref="LostObjectException">The store no longer returns the bytes that <see cref="ReadAsync"/> verified.</exception>
    public async Task<string> FetchAsync(ImageVariant variant)
    {
        if (paths.TryGetValue(variant, out var path))
        {
            return path;
        }

        path = folder.File(variant.Name);
        var (bytes, crc32) = variant == ImageVariant.Original ? (image.OriginalBytes, originalCrc32) : (Find(variant).Bytes, Find(variant).Crc32);
        await using (var file = PrivateFile.Create(path, FileOptions.Asynchronous))
        {
            await using var content = store.OpenRead(KeyOf(variant), bytes);
            await content.CopyToAsync(file);
        }

        return (await ObjectChecksum.ComputeAsync(path, CancellationToken.None)).Crc32 == crc32 ? paths[variant] = path : throw new LostObjectException(KeyOf(variant));
    }

    /// <summary>Adds a restored file.</summary>
    public void AddMade(ImageVariant variant, string path, RenderedFile file)
    {
        made[variant] = file.ToRendition();
        paths[variant] = path;
    }

    /// <summary>Whether the original file is a separate object, or becomes one.</summary>
    public bool HasOriginal => image.HasOriginal || addedOriginal is not null;

    /// <summary>Adds the original file as a separate object if it is the same file as full, which is about to change.</summary>
    /// <param name="full">The path of full.</param>
    public async Task AddOriginalAsync(string full)
    {
        await using var file = File.OpenRead(full);
        var hash = await SHA256.HashDataAsync(file);
        if (!image.HasOriginal && image.Sha256.AsSpan().SequenceEqual(hash))
        {
            addedOriginal = full;
        }
    }

    /// <summary>
    /// Returns the objects to write. For the current revision these are the restored objects; for a new revision these are all objects, including copies of
    /// intact objects.
    /// </summary>
    public async Task<IReadOnlyCollection<NewObject>> ListNewAsync(int revision)
    {
        var objects = new List<NewObject>();
        var written = new List<(ImageVariant Variant, string Path)>();
        foreach (var variant in Renditions.Where(variant => IsThere(variant) && (revision != image.Revision || lost.Contains(variant))))
        {
            var path = await FetchAsync(variant);
            written.Add((variant, path));
            objects.Add(new NewObject(ObjectKey.For(image.Id, revision, variant), path, Latest(variant).ContentType));
        }

        if (addedOriginal is not null)
        {
            written.Add((ImageVariant.Original, addedOriginal));
            objects.Add(new NewObject(KeyOf(ImageVariant.Original), addedOriginal, image.Full.ContentType));
        }

        if (revision != image.Revision)
        {
            // Deferred files are rendered again for the next revision.
            foreach (var deferred in ImageVariant.Alternates.Append(ImageVariant.Large))
            {
                blocks.Remove(deferred);
            }
        }

        // Removes the checksums of the old bytes, because new bytes that fit in a single block get no block checksums to replace them.
        foreach (var (variant, _) in written)
        {
            blocks.Remove(variant);
        }

        foreach (var (variant, checksums) in await ObjectChecksum.FindBlocksAsync(written, CancellationToken.None))
        {
            blocks[variant] = checksums;
        }

        return objects;
    }

    private void AddBlocks(ImageVariant variant, long bytes, ObjectChecksum checksum)
    {
        if (BlockChecksums.AreNeeded(variant, bytes))
        {
            blocks[variant] = checksum.Blocks;
        }
    }

    private string KeyOf(ImageVariant variant) => ObjectKey.For(image.Id, image.Revision, variant);

    /// <summary>Reads the original. Its row has a SHA-256 but no CRC-32.</summary>
    /// <returns>The original's checksums; null if it is missing or corrupt.</returns>
    private async Task<ObjectChecksum?> ReadOriginalAsync()
    {
        using var sha256 = SHA256.Create();
        await using var content = new CryptoStream(store.OpenRead(KeyOf(ImageVariant.Original), image.OriginalBytes), sha256, CryptoStreamMode.Read);
        try
        {
            var checksum = await ObjectChecksum.ComputeAsync(content, CancellationToken.None);
            return image.Sha256.AsSpan().SequenceEqual(sha256.Hash) ? checksum : null;
        }
        catch (LostObjectException)
        {
            return null;
        }
    }
}

/// <summary>Reads objects to verify them.</summary>
internal static class ObjectChecksums
{
    /// <summary>Reads a whole object.</summary>
    /// <returns>The object's checksums; null if there is no object of that length.</returns>
    public static async Task<ObjectChecksum?> ReadAsync(this IObjectStore store, string key, long bytes)
    {
        await using var content = store.OpenRead(key, bytes);
        try
        {
            return await ObjectChecksum.ComputeAsync(content, CancellationToken.None);
        }
        catch (LostObjectException)
        {
            return null;
        }
    }
}
