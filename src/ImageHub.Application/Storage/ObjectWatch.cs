using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>Compares the bytes of objects with their rows whenever they are read, and remembers which images had wrong ones until they have been looked after.</summary>
internal sealed class ObjectWatch
{
    /// <summary>Some 8 MB. Beyond, the set begins anew.</summary>
    private const int MaxCompared = 50_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> compared = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> suspects = [];

    /// <summary>Opens an object, each block of which is compared before a byte of it is given out.</summary>
    /// <returns>A seekable stream. A read that meets a wrong block fails with <see cref="LostObjectException"/>.</returns>
    public Stream OpenRead(IObjectStore store, ImageObject wanted)
    {
        var content = store.OpenRead(wanted.Key, wanted.Bytes);
        return wanted.FindBlocks() is { } blocks ? new VerifiedStream(content, blocks, () => Report(wanted), () => NoteCompared(wanted.Key)) : content;
    }

    /// <summary>Whether all of an object has been compared since the start.</summary>
    public bool IsCompared(ImageObject wanted)
    {
        lock (gate)
        {
            return compared.Contains(wanted.Key);
        }
    }

    /// <summary>Whether something was wrong with one of an image's objects, and nobody has looked after it yet.</summary>
    public bool IsSuspect(Guid imageId)
    {
        lock (gate)
        {
            return suspects.Contains(imageId);
        }
    }

    /// <summary>Remembers that something is wrong with an image's objects.</summary>
    public void Suspect(Guid imageId)
    {
        lock (gate)
        {
            suspects.Add(imageId);
        }
    }

    /// <summary>Forgets it: the image has been looked after.</summary>
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

/// <summary>An object of an image as its row tells of it.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Variant">Which bytes of it.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Crc32">Its checksum, where the row has one.</param>
/// <param name="Blocks">The checksums of its blocks, where the row has them.</param>
internal sealed record ImageObject(Guid ImageId, ImageVariant Variant, string Key, long Bytes, string ContentType, uint? Crc32, uint[]? Blocks)
{
    /// <summary>The checksum of each of its blocks; null where the row does not say.</summary>
    public uint[]? FindBlocks() => Blocks ?? (!BlockChecksums.AreNeeded(Bytes) && Crc32 is { } crc32 ? [crc32] : null);
}
