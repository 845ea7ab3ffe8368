using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>Verifies objects against their rows when they are read. Remembers images whose objects have wrong bytes until the images are checked.</summary>
internal sealed class ObjectWatch
{
    /// <summary>The maximum number of keys of verified objects, which take about 8 MB. When it is reached, the set is cleared.</summary>
    private const int MaxCompared = 50_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> compared = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> suspects = [];

    /// <summary>Opens an object and verifies each block before returning any of its bytes. An object without known checksums is not verified.</summary>
    /// <returns>A seekable stream. Reading a corrupt block throws <see cref="LostObjectException"/>.</returns>
    public Stream OpenRead(IObjectStore store, ImageObject wanted)
    {
        var content = store.OpenRead(wanted.Key, wanted.Bytes);
        return wanted.FindBlocks() is { } blocks ? new VerifiedStream(content, blocks, () => Report(wanted), () => NoteCompared(wanted.Key)) : content;
    }

    /// <summary>Whether the whole object is known to have been verified since the server started.</summary>
    public bool IsCompared(ImageObject wanted)
    {
        lock (gate)
        {
            return compared.Contains(wanted.Key);
        }
    }

    /// <summary>Whether an image's objects are suspect: wrong bytes were read, and the image has not been checked since then.</summary>
    public bool IsSuspect(Guid imageId)
    {
        lock (gate)
        {
            return suspects.Contains(imageId);
        }
    }

    /// <summary>Marks an image's objects as suspect.</summary>
    public void Suspect(Guid imageId)
    {
        lock (gate)
        {
            suspects.Add(imageId);
        }
    }

    /// <summary>Removes the mark after the image was checked.</summary>
    public void Clear(Guid imageId)
    {
        lock (gate)
        {
            suspects.Remove(imageId);
        }
    }

    private void NoteCompared(string key)
    {
        lock (gate)
        {
            if (compared.Count >= MaxCompared)
            {
                compared.Clear();
            }

            compared.Add(key);
        }
    }

    private LostObjectException Report(ImageObject read)
    {
        lock (gate)
        {
            suspects.Add(read.ImageId);
            compared.Remove(read.Key);
        }

        return new LostObjectException(read.Key);
    }
}

/// <summary>An object of an image according to its row.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Variant">The variant.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">The object's size in bytes.</param>
/// <param name="ContentType">The object's media type.</param>
/// <param name="Crc32">The checksum, if the row has one.</param>
/// <param name="Blocks">The block checksums, if the row has them.</param>
internal sealed record ImageObject(Guid ImageId, ImageVariant Variant, string Key, long Bytes, string ContentType, uint? Crc32, uint[]? Blocks)
{
    /// <summary>Returns the checksum of each block; null if unknown.</summary>
    public uint[]? FindBlocks() => Blocks ?? (!BlockChecksums.AreNeeded(Bytes) && Crc32 is { } crc32 ? [crc32] : null);
}
