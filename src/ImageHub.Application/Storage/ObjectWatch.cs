using ImageHub.Domain.Images;

namespace ImageHub.Application.Storage;

/// <summary>
/// Compares the checksums of objects with their rows while they are read, each once in the life of the process, and remembers which were
/// wrong until they have been looked after.
/// </summary>
internal sealed class ObjectWatch
{
    /// <summary>Some 8 MB. Beyond, all are compared once more.</summary>
    private const int MaxCompared = 50_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> compared = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> suspects = [];

    /// <summary>Opens an object, whose checksum is compared when it is read from its beginning to its end.</summary>
    /// <returns>A seekable stream. Its last bytes are not given out but fail with <see cref="LostObjectException"/> when they make the checksum wrong.</returns>
    public Stream OpenRead(IObjectStore store, ImageObject wanted)
    {
        var content = store.OpenRead(wanted.Key, wanted.Bytes);
        if (wanted.Crc32 is not { } crc32)
        {
            return content;
        }

        lock (gate)
        {
            return compared.Contains(wanted.Key) ? content : new ComparedStream(content, crc32, isSame => Note(wanted, isSame));
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

    private void Note(ImageObject read, bool isSame)
    {
        if (!isSame)
        {
            Suspect(read.ImageId);
            throw new LostObjectException(read.Key);
        }

        lock (gate)
        {
            if (compared.Count >= MaxCompared)
            {
                compared.Clear();
            }

            compared.Add(read.Key);
        }
    }
}

/// <summary>An object of an image as its row tells of it.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Variant">Which bytes of it.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Crc32">Its checksum, where the row has one.</param>
internal sealed record ImageObject(Guid ImageId, ImageVariant Variant, string Key, long Bytes, string ContentType, uint? Crc32);
