using ImageHub.Domain.Storage;

namespace ImageHub.Domain.Images;

/// <summary>An image: a row, and the objects that were written before it.</summary>
/// <remarks>Dimensions are pixels after orientation, sizes bytes.</remarks>
public sealed class Image
{
    /// <summary>The longest title, in characters.</summary>
    public const int MaxTitleLength = 200;

    /// <summary>The longest description, in characters.</summary>
    public const int MaxDescriptionLength = 10_000;

    /// <summary>Most tags on one image.</summary>
    public const int MaxTags = 50;

    /// <summary>The longest tag, in characters.</summary>
    public const int MaxTagLength = 100;

    /// <summary>The revision of an image's first renditions.</summary>
    public const int FirstRevision = 1;

    private readonly List<DamagedObject> damages = [];

    private Image()
    {
    }

    /// <summary>UUIDv7; also the name of its objects.</summary>
    public Guid Id { get; private init; }

    /// <summary>The group it is in.</summary>
    public Guid GroupId { get; private set; }

    /// <summary>The user whose own group that is, or null. Kept here so that a list or a rendition needs no join.</summary>
    public Guid? OwnerId { get; private set; }

    /// <summary>Its place in the group: ascending, with gaps.</summary>
    public long Position { get; private set; }

    /// <summary>A safe name, unique among the images of the group that are not in the trash.</summary>
    public string FileName { get; private set; } = "";

    /// <summary>What it is called, or null.</summary>
    public string? Title { get; private set; }

    /// <summary>What it shows, or null.</summary>
    public string? Description { get; private set; }

    /// <summary>Its tags, in the order given, without repetition.</summary>
    public IReadOnlyList<string> Tags { get; private set; } = [];

    /// <summary>Title, file name and tags in lower case, one a line: what a search looks through.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>Whether its group is published. Kept here so that a list or a rendition needs no join.</summary>
    public bool IsPublished { get; private set; }

    /// <summary>When it was moved to the trash, or null.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Whether it lies in the trash because its group does.</summary>
    public bool TrashedWithGroup { get; private set; }

    /// <summary>When its row was committed.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Counts how often its renditions were made: the bytes of one revision never change.</summary>
    public int Revision { get; private set; }

    /// <summary>The format of the file as sent.</summary>
    public ImageFormat Format { get; private init; }

    /// <summary>SHA-256 of the file as sent: 32 bytes.</summary>
    public byte[] Sha256 { get; private init; } = [];

    /// <summary>The size of the file as sent.</summary>
    public long OriginalBytes { get; private init; }

    /// <summary>Whether the file as sent is an object of its own, because it differs from <see cref="Full"/>.</summary>
    public bool HasOriginal { get; private init; }

    /// <summary>All pixels, with the metadata that everyone may see.</summary>
    public Rendition Full { get; private set; } = null!;

    /// <summary>The high rendition.</summary>
    public Rendition High { get; private set; } = null!;

    /// <summary>The medium rendition.</summary>
    public Rendition Medium { get; private set; } = null!;

    /// <summary>The low rendition.</summary>
    public Rendition Low { get; private set; } = null!;

    /// <summary>Which renditions there are in formats that take fewer bytes, as <see cref="Alternate.Write"/> writes them; null where none have been made yet.</summary>
    public byte[]? Alternates { get; private set; }

    /// <summary>The checksums of the blocks of its objects: <see cref="BlockChecksums"/>.</summary>
    public byte[] Blocks { get; private set; } = [];

    /// <summary>The sizes of the <see cref="Alternates"/>, added up.</summary>
    public long AlternateBytes { get; private set; }

    /// <summary>Its objects that are lost and cannot be made again; queries ask for them and do not fill them in.</summary>
    public IReadOnlyList<DamagedObject> Damages => damages;

    /// <summary>A tiny WebP, shown until another rendition has arrived.</summary>
    public byte[] Placeholder { get; private init; } = [];

    /// <summary>A 64-bit perceptual hash; similar images differ in few bits. Null for users' images, which are not compared.</summary>
    public long? PerceptualHash { get; private set; }

    /// <summary>The camera's local time, or null.</summary>
    public DateTime? TakenAt { get; private init; }

    /// <summary>Minutes east of UTC of <see cref="TakenAt"/>, when known.</summary>
    public short? TakenAtOffset { get; private init; }

    /// <summary><see cref="TakenAt"/>, or else the time of the upload: never null, so that it can be sorted by.</summary>
    public DateTime TakenOrCreatedAt { get; private init; }

    /// <summary>Make and model, or null.</summary>
    public string? Camera { get; private init; }

    /// <summary>The lens's model, or null.</summary>
    public string? Lens { get; private init; }

    /// <summary>Millimetres, or null.</summary>
    public double? FocalLengthMm { get; private init; }

    /// <summary>The aperture, or null.</summary>
    public double? FNumber { get; private init; }

    /// <summary>The exposure time, or null.</summary>
    public double? ExposureSeconds { get; private init; }

    /// <summary>The sensitivity, or null.</summary>
    public int? Iso { get; private init; }

    /// <summary>How it was exposed, or null.</summary>
    public Exposure? Exposure => new Exposure(Lens, FocalLengthMm, FNumber, ExposureSeconds, Iso) is var known && known != Exposure.Unknown ? known : null;

    /// <summary>Degrees, WGS 84, or null.</summary>
    public double? Latitude { get; private init; }

    /// <summary>Degrees, WGS 84, or null.</summary>
    public double? Longitude { get; private init; }

    /// <summary>Makes the row of an image whose objects have been written.</summary>
    public static Image Create(NewImage made, Groups.Group group, long position, DateTimeOffset now)
    {
        var image = new Image
        {
            Id = made.Id,
            Revision = FirstRevision,
            FileName = made.FileName,
            Tags = made.Tags,
            CreatedAt = now,
            Format = made.Format,
            Sha256 = made.Sha256,
            OriginalBytes = made.OriginalBytes,
            HasOriginal = made.HasOriginal,
            Full = made.Full,
            High = made.High,
            Medium = made.Medium,
            Low = made.Low,
            Placeholder = made.Placeholder,
            PerceptualHash = group.OwnerId is null ? made.PerceptualHash : null,
            TakenAt = made.TakenAt,
            TakenAtOffset = (short?)made.TakenAtOffset?.TotalMinutes,
            TakenOrCreatedAt = made.TakenAt ?? DateTime.SpecifyKind(now.UtcDateTime, DateTimeKind.Unspecified),
            Camera = made.Camera,
            Lens = made.Exposure?.Lens,
            FocalLengthMm = made.Exposure?.FocalLengthMm,
            FNumber = made.Exposure?.FNumber,
            ExposureSeconds = made.Exposure?.Seconds,
            Iso = made.Exposure?.Iso,
            Blocks = made.Blocks,
            Latitude = made.Latitude,
            Longitude = made.Longitude,
        };
        image.MoveTo(group, position);
        image.Index();
        return image;
    }

    /// <summary>Sets or clears the title; a blank one is none.</summary>
    public void Retitle(string? title)
    {
        Title = string.IsNullOrWhiteSpace(title) ? null : title.Trim();
        Index();
    }

    /// <summary>Sets or clears the description; a blank one is none.</summary>
    public void Describe(string? description) => Description = string.IsNullOrWhiteSpace(description) ? null : description;

    /// <summary>Renames it; the caller has made sure that the name is free.</summary>
    public void Rename(string fileName)
    {
        FileName = fileName;
        Index();
    }

    /// <summary>Replaces its tags.</summary>
    public void Tag(IReadOnlyList<string> tags)
    {
        Tags = tags;
        Index();
    }

    /// <summary>Moves it to another group, or to another place.</summary>
    public void MoveTo(Groups.Group group, long position)
    {
        GroupId = group.Id;
        OwnerId = group.OwnerId;
        IsPublished = group.IsPublished;
        Position = position;
    }

    /// <summary>Adds the checksums of blocks, or replaces those of the same objects.</summary>
    public void AddBlocks(IReadOnlyDictionary<ImageVariant, uint[]> added) => Blocks = BlockChecksums.Add(Blocks, added);

    /// <summary>Replaces the renditions with ones that were made again and have other bytes.</summary>
    public void BeginRevision(Rendition low, Rendition medium, Rendition high, Rendition full)
    {
        Revision++;
        (Low, Medium, High, Full) = (low, medium, high, full);
        (Alternates, AlternateBytes, Blocks) = (null, 0, []);
    }

    /// <summary>Adds the alternates that have been made of this revision; none where no format takes fewer bytes.</summary>
    public void AddAlternates(IReadOnlyList<Alternate> made) => (Alternates, AlternateBytes) = (Alternate.Write(made), made.Sum(one => one.Bytes));

    /// <summary>Moves it to the trash.</summary>
    public void Trash(DateTimeOffset now) => DeletedAt = now;

    /// <summary>Takes it out of the trash, to the place it had; its group may have been published or hidden since.</summary>
    public void Restore(Groups.Group group)
    {
        DeletedAt = null;
        TrashedWithGroup = false;
        IsPublished = group.IsPublished;
    }

    private void Index() => SearchText = string.Join('\n', [Title ?? "", FileName, .. Tags]).ToLowerInvariant();
}
