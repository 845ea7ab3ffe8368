using System.Security.Cryptography;

namespace ImageHub.Faults;

/// <summary>A photo's location on the server.</summary>
internal enum Place
{
    /// <summary>In its group.</summary>
    Live,

    /// <summary>A guest's photo that awaits approval for its group.</summary>
    Pending,

    /// <summary>In the trash.</summary>
    Trash,
}

/// <summary>A state of a photo on the server.</summary>
/// <param name="Group">The photo's group.</param>
/// <param name="FileName">The photo's file name, which no other photo of the run ever has.</param>
/// <param name="Place">The photo's location.</param>
/// <param name="Title">The photo's title, or null.</param>
internal sealed record PhotoState(Guid Group, string FileName, Place Place, string? Title);

/// <summary>
/// A file that a client has sent, with all states in which the server may have it. An acknowledged change leaves one state. A change without an answer
/// leaves two: with the change and without it.
/// </summary>
/// <param name="content">The bytes as sent.</param>
/// <param name="isGuests">Whether a guest has sent it; the server keeps no original of it.</param>
internal sealed class Photo(byte[] content, bool isGuests)
{
    private List<PhotoState?> possible = [null];

    public byte[] Content => content;

    /// <summary>The hash of <see cref="Content"/>, in lower-case hexadecimal digits.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(content));

    public bool IsGuests => isGuests;

    /// <summary>The image's id, once an answer has contained it.</summary>
    public Guid? Id { get; set; }

    /// <summary>The possible states; null means that the server does not have the photo.</summary>
    public IReadOnlyList<PhotoState?> Possible => possible;

    /// <summary>The only possible state.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public PhotoState? State => possible.Single();

    public bool IsCertain => possible.Count == 1;

    /// <summary>Notes that a change was sent.</summary>
    public void Begin(PhotoState? next) => possible.Add(next);

    /// <summary>Notes that the change was acknowledged.</summary>
    public void Confirm(PhotoState? next) => possible = [next];

    /// <summary>Notes that the change was refused, and therefore not made.</summary>
    public void Refuse(PhotoState? next) => possible.RemoveAt(possible.LastIndexOf(next));
}

/// <summary>A file that is uploaded in parts.</summary>
/// <param name="Photo">The file.</param>
/// <param name="Url">The address of the upload.</param>
/// <param name="Next">The photo's state once all bytes have arrived.</param>
/// <param name="Guest">The guest who sends it, or null for a curator.</param>
internal sealed record PartialFile(Photo Photo, string Url, PhotoState Next, Guest? Guest)
{
    /// <summary>The number of bytes that the server has acknowledged.</summary>
    public int Acknowledged { get; set; }
}

/// <summary>The reference model of a run: the required and the allowed state of the server.</summary>
internal sealed class Model
{
    private readonly Lock gate = new();
    private readonly List<Photo> photos = [];
    private readonly List<PartialFile> partials = [];

    /// <summary>The groups that several clients change at the same time.</summary>
    public required IReadOnlyList<Guid> Shared { get; init; }

    /// <summary>The group of the client that sorts by hand.</summary>
    public required Guid Sorted { get; init; }

    /// <summary>The possible orders of <see cref="Sorted"/>; photos that the server does not have are left out in a comparison.</summary>
    public List<IReadOnlyList<Photo>> Orders { get; } = [[]];

    public IReadOnlyList<Guid> Groups => [.. Shared, Sorted];

    /// <summary>A copy of the list of all photos.</summary>
    public IReadOnlyList<Photo> Photos
    {
        get
        {
            lock (gate)
            {
                return [.. photos];
            }
        }
    }

    /// <summary>A copy of the list of unfinished uploads in parts.</summary>
    public IReadOnlyList<PartialFile> Partials
    {
        get
        {
            lock (gate)
            {
                return [.. partials];
            }
        }
    }

    public void Add(Photo photo)
    {
        lock (gate)
        {
            photos.Add(photo);
        }
    }

    public void Add(PartialFile partial)
    {
        lock (gate)
        {
            partials.Add(partial);
        }
    }

    public void Remove(PartialFile partial)
    {
        lock (gate)
        {
            partials.Remove(partial);
        }
    }
}
