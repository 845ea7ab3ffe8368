using System.Security.Cryptography;
using ImageHub.Testing.Images;

namespace ImageHub.Soak;

/// <summary>A photo's location on the server.</summary>
internal enum Place
{
    /// <summary>In a group.</summary>
    Live,

    /// <summary>A guest's photo that awaits approval.</summary>
    Pending,

    /// <summary>In the trash.</summary>
    Trash,
}

/// <summary>A photo that the server has acknowledged.</summary>
/// <param name="FileName">The photo's file name, which no other photo has.</param>
/// <param name="Sha256">The hash of the bytes sent, in lower-case hexadecimal digits; null if the server does not keep the file as sent.</param>
internal sealed record Kept(string FileName, string? Sha256)
{
    /// <summary>The image's id, once an answer has contained it.</summary>
    public Guid? Id { get; set; }

    public Place Place { get; set; }
}

/// <summary>A file to send.</summary>
internal sealed record Sent(string FileName, byte[] Content)
{
    /// <summary>The acknowledged photo.</summary>
    public Kept Keep(Guid? id, Place place = Place.Live) =>
        new(FileName, place == Place.Pending ? null : Convert.ToHexStringLower(SHA256.HashData(Content))) { Id = id, Place = place };
}

/// <summary>All acknowledged photos. A client removes a photo before it changes the photo, and adds it again after the acknowledgement.</summary>
internal sealed class Ledger
{
    private readonly Lock gate = new();
    private readonly List<Kept> photos = [];
    private readonly IReadOnlyList<byte[]> pictures =
        [.. Enumerable.Range(0, 12).Select(number => TestImages.Jpeg(number % 2 == 0 ? 2_000 : 1_200, number % 3 == 0 ? 1_500 : 1_600, number))];

    private int sent;

    /// <summary>The number of photos in the ledger.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return photos.Count;
            }
        }
    }

    /// <summary>The number of files that clients have made.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <summary>A copy of the list.</summary>
    public IReadOnlyList<Kept> Photos
    {
        get
        {
            lock (gate)
            {
                return [.. photos];
            }
        }
    }

    /// <summary>Makes a file with unique content.</summary>
    public Sent NewFile()
    {
        var number = Interlocked.Increment(ref sent);
        return new Sent($"soak-{number}.jpg", TestImages.WithSegment(pictures[number % pictures.Count], 0xFE, BitConverter.GetBytes(number)));
    }

    public void Put(Kept photo)
    {
        lock (gate)
        {
            photos.Add(photo);
        }
    }

    /// <summary>Removes and returns at most <paramref name="max"/> photos that have this location and a known id.</summary>
    public IReadOnlyList<Kept> Take(Place place, int max, Random random)
    {
        lock (gate)
        {
            var taken = new List<Kept>();
            for (var (tries, start) = (0, random.Next(photos.Count + 1)); tries < photos.Count && taken.Count < max; tries++)
            {
                if (photos[(start + tries) % photos.Count] is { Id: not null } photo && photo.Place == place)
                {
                    taken.Add(photo);
                }
            }

            photos.RemoveAll(taken.Contains);
            return taken;
        }
    }

    /// <summary>Sets the missing ids of photos by their file names.</summary>
    public void Identify(IReadOnlyDictionary<string, Guid> ids)
    {
        lock (gate)
        {
            foreach (var photo in photos.Where(photo => photo.Id is null && ids.ContainsKey(photo.FileName)))
            {
                photo.Id = ids[photo.FileName];
            }
        }
    }
}
