using System.Security.Cryptography;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>The objects of an image while they are checked: which are lost, and what was made in their place.</summary>
/// <param name="image">The image as its row was at the beginning.</param>
/// <param name="store">Where its objects are.</param>
/// <param name="folder">Where files are made.</param>
internal sealed class ImageObjects(Image image, IObjectStore store, StagingFolder folder)
{
    private static readonly ImageVariant[] Renditions = [ImageVariant.Low, ImageVariant.Medium, ImageVariant.High, ImageVariant.Full];

    private readonly HashSet<ImageVariant> lost = [];
    private readonly Dictionary<ImageVariant, uint[]> blocks = [];
    private readonly Dictionary<ImageVariant, Rendition> made = [];
    private readonly Dictionary<ImageVariant, string> paths = [];

    /// <summary>What is missing or changed.</summary>
    public IReadOnlySet<ImageVariant> Lost => lost;

    /// <summary>Whether an alternate is missing or changed.</summary>
    public bool HasLostAlternate { get; private set; }

    /// <summary>The alternates that are there, as their row says.</summary>
    public List<Alternate> Alternates { get; } = [];

    /// <summary>The checksums of the blocks of the objects that are as they should be, and of those that are written.</summary>
    public IReadOnlyDictionary<ImageVariant, uint[]> Blocks => blocks;

    /// <summary>What was made again.</summary>
    public IReadOnlyDictionary<ImageVariant, Rendition> Made => made;

    /// <summary>Low, medium, high or full, as the row has it.</summary>
    public Rendition Find(ImageVariant variant) =>
        variant == ImageVariant.Low ? image.Low : variant == ImageVariant.Medium ? image.Medium : variant == ImageVariant.High ? image.High : image.Full;

    /// <summary>What was made again, else what the row says.</summary>
    public Rendition Latest(ImageVariant variant) => made.GetValueOrDefault(variant, Find(variant));

    /// <summary>Whether there are good bytes of it: old or new ones.</summary>
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
                HasLostAlternate = true;
            }
        }

        if (image.HasOriginal && !await HasSha256Async())
        {
            lost.Add(ImageVariant.Original);
        }
        else if (image.HasOriginal && await store.ReadAsync(KeyOf(ImageVariant.Original), image.OriginalBytes) is { } checksum)
        {
            AddBlocks(ImageVariant.Original, image.OriginalBytes, checksum);
        }
    }

    /// <summary>The path of a file with the bytes of low, medium, high, full or the original: new ones where they were made.</summary>
    public async Task<string> FetchAsync(ImageVariant variant)
    {
        if (paths.TryGetValue(variant, out var path))
        {
            return path;
        }

        path = folder.File(variant.Name);
        await using var file = PrivateFile.Create(path, FileOptions.Asynchronous);
        await using var content = store.OpenRead(KeyOf(variant), variant == ImageVariant.Original ? image.OriginalBytes : Find(variant).Bytes);
        await content.CopyToAsync(file);
        return paths[variant] = path;
    }

    /// <summary>Adds what was made again.</summary>
    public void AddMade(ImageVariant variant, string path, RenderedFile file)
    {
        made[variant] = file.ToRendition();
        paths[variant] = path;
    }

    /// <summary>
    /// The objects to write. In the present revision, what was lost and has come out as it was; in the next one, all that there is:
    /// what was not lost is copied.
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

        if (revision != image.Revision)
        {
            // Alternates are made anew for the next revision.
            foreach (var alternate in ImageVariant.Alternates)
            {
                blocks.Remove(alternate);
            }
        }

        // New bytes may have fewer blocks than the old ones, or one that is not listed.
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

    private async Task<bool> HasSha256Async()
    {
        await using var content = store.OpenRead(KeyOf(ImageVariant.Original), image.OriginalBytes);
        try
        {
            var hash = await SHA256.HashDataAsync(content);
            return image.Sha256.AsSpan().SequenceEqual(hash);
        }
        catch (LostObjectException)
        {
            return false;
        }
    }
}

/// <summary>Reading objects to compare them.</summary>
internal static class ObjectChecksums
{
    /// <summary>Reads an object from its beginning to its end.</summary>
    /// <returns>Its checksums; null where it is not there with that length.</returns>
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
