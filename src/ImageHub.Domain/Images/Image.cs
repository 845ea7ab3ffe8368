using ImageHub.Domain.Groups;
using ImageHub.Domain.Storage;

namespace ImageHub.Domain.Images;

/// <summary>An image: a row and its objects. The objects are written before the row.</summary>
/// <remarks>Dimensions are in pixels after orientation, sizes in bytes.</remarks>
public sealed class Image
{
    /// <summary>The maximum length of a title, in characters.</summary>
    public const int MaxTitleLength = 200;

    /// <summary>The maximum length of a description, in characters.</summary>
    public const int MaxDescriptionLength = 10_000;

    /// <summary>The maximum number of tags.</summary>
    public const int MaxTags = 50;

    /// <summary>The maximum length of a tag, in characters.</summary>
    public const int MaxTagLength = 100;

    /// <summary>The first plausible year of <see cref="TakenAt"/>: the first photograph is from 1826.</summary>
    public const int FirstYear = 1826;

    /// <summary>The last plausible year of <see cref="TakenAt"/>; clocks that were never set can show later years.</summary>
    public const int LastYear = 2100;

    /// <summary>The revision of an image's first renditions.</summary>
    public const int FirstRevision = 1;

    private readonly List<DamagedObject> damages = [];

    private Image()
    {
    }

    /// <summary>UUIDv7; also part of the keys of the image's objects.</summary>
    public Guid Id { get; private init; }

    /// <summary>The image's group.</summary>
    public Guid GroupId { get; private set; }

    /// <summary>The user whose own group contains the image, or null. Denormalized, so that lists and renditions need no join.</summary>
    public Guid? OwnerId { get; private set; }

    /// <summary>The guest in whose inbox the image awaits approval, or null. Denormalized, so that lists and renditions need no join.</summary>
    public Guid? GuestId { get; private set; }

    /// <summary>The group for which the image awaits approval, or null. Denormalized from the inbox.</summary>
    public Guid? InboxOf { get; private set; }

    /// <summary>
    /// Whether a guest sent the image; approval does not change this. The server does not keep the file as sent, so the image has no original.
    /// </summary>
    public bool IsFromGuest { get; private init; }

    /// <summary>The account that uploaded the image, which may have been deleted since; null if unknown.</summary>
    public Guid? AddedBy { get; private init; }

    /// <summary>The position in the group: ascending, with gaps.</summary>
    public long Position { get; private set; }

    /// <summary>A safe name, unique among the group's images outside the trash.</summary>
    public string FileName { get; private set; } = "";

    /// <summary>The title, or null.</summary>
    public string? Title { get; private set; }

    /// <summary>The description, or null.</summary>
    public string? Description { get; private set; }

    /// <summary>The tags in the given order, without duplicates.</summary>
    public IReadOnlyList<string> Tags { get; private set; } = [];

    /// <summary>1 to 5, or null.</summary>
    public short? Rating { get; private set; }

    /// <summary>The photographers, separated by semicolons, or null.</summary>
    public string? Creator { get; private set; }

    /// <summary>The copyright notice, or null.</summary>
    public string? Copyright { get; private set; }

    /// <summary>The texts and the rating.</summary>
    public Caption Caption => new() { Title = Title, Description = Description, Tags = Tags, Rating = Rating, Creator = Creator, Copyright = Copyright };

    /// <summary>Title, file name and tags in lower case, one per line: the text that searches match.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>Whether the image's group is published. Denormalized, so that lists and renditions need no join.</summary>
    public bool IsPublished { get; private set; }

    /// <summary>The group's <see cref="Group.Downloads"/>, denormalized.</summary>
    public Downloads Downloads { get; private set; }

    /// <summary>The group's <see cref="Group.HasWatermark"/>, denormalized.</summary>
    public bool HasWatermark { get; private set; }

    /// <summary>When the image was moved to the trash, or null.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Whether the image was moved to the trash together with its group.</summary>
    public bool TrashedWithGroup { get; private set; }

    /// <summary>When the image was committed, or when a guest's photo that awaits approval was restored from the trash.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The number of the renditions' revision: 1, then as <see cref="RevisionNumber.After(int, DateTimeOffset)"/>. The bytes of one revision never change.</summary>
    public int Revision { get; private set; }

    /// <summary>The format of the original file.</summary>
    public ImageFormat Format { get; private init; }

    /// <summary>SHA-256 of the original file: 32 bytes.</summary>
    public byte[] Sha256 { get; private init; } = [];

    /// <summary>The size of the original file.</summary>
    public long OriginalBytes { get; private init; }

    /// <summary>Whether the original file is stored as a separate object, because it differs from <see cref="Full"/>.</summary>
    public bool HasOriginal { get; private set; }

    /// <summary>The degrees by which <see cref="Full"/> has been rotated clockwise after the upload: 0, 90, 180 or 270.</summary>
    public short Rotation { get; private set; }

    /// <summary>The full-resolution image with public metadata only.</summary>
    public Rendition Full { get; private set; } = null!;

    /// <summary>
    /// The large rendition. Null while <see cref="IsLargeDue"/>. Also null if the high rendition already has the large size, or if the large rendition was
    /// lost or cannot be rendered.
    /// </summary>
    public Rendition? Large { get; private set; }

    /// <summary>Whether a job has yet to render the large rendition, or to find that the high rendition already has the large size.</summary>
    public bool IsLargeDue { get; private set; } = true;

    /// <summary>The high rendition.</summary>
    public Rendition High { get; private set; } = null!;

    /// <summary>The medium rendition.</summary>
    public Rendition Medium { get; private set; } = null!;

    /// <summary>The low rendition.</summary>
    public Rendition Low { get; private set; } = null!;

    /// <summary>
    /// The copies of renditions in formats that give smaller files, encoded by <see cref="Alternate.Write"/>; null if the copies have not been rendered yet.
    /// </summary>
    public byte[]? Alternates { get; private set; }

    /// <summary>The block checksums of the image's objects, encoded by <see cref="BlockChecksums"/>.</summary>
    public byte[] Blocks { get; private set; } = [];

    /// <summary>The total size of the <see cref="Alternates"/>.</summary>
    public long AlternateBytes { get; private set; }

    /// <summary>The objects that are lost and cannot be restored. For queries only: the list is not loaded with the image.</summary>
    public IReadOnlyList<DamagedObject> Damages => damages;

    /// <summary>
    /// The horizontal position of the point that crops keep, as a fraction of the upright picture's width, 0 to 1 from the left; null for the centre.
    /// </summary>
    public double? FocusX { get; private set; }

    /// <summary>The vertical position of the point that crops keep, as a fraction of the height, 0 to 1 from the top; null for the centre.</summary>
    public double? FocusY { get; private set; }

    /// <summary>A tiny WebP, shown until a rendition has loaded.</summary>
    public byte[] Placeholder { get; private set; } = [];

    /// <summary>A 64-bit perceptual hash; similar images differ in few bits. Null for users' images, which are not compared.</summary>
    public long? PerceptualHash { get; private set; }

    /// <summary>The camera's local time, or null.</summary>
    public DateTime? TakenAt { get; private set; }

    /// <summary>The UTC offset of <see cref="TakenAt"/> in minutes, positive east of UTC; null if unknown.</summary>
    public short? TakenAtOffset { get; private set; }

    /// <summary>The value of <see cref="TakenAt"/>; the upload time in UTC if <see cref="TakenAt"/> is null. Used for sorting.</summary>
    public DateTime TakenOrCreatedAt { get; private set; }

    /// <summary>The camera's make and model, or null.</summary>
    public string? Camera { get; private init; }

    /// <summary>The lens's model, or null.</summary>
    public string? Lens { get; private init; }

    /// <summary>The focal length in millimetres, or null.</summary>
    public double? FocalLengthMm { get; private init; }

    /// <summary>The f-number, or null.</summary>
    public double? FNumber { get; private init; }

    /// <summary>The exposure time in seconds, or null.</summary>
    public double? ExposureSeconds { get; private init; }

    /// <summary>The ISO sensitivity, or null.</summary>
    public int? Iso { get; private init; }

    /// <summary>The exposure settings, or null.</summary>
    public Exposure? Exposure => new Exposure(Lens, FocalLengthMm, FNumber, ExposureSeconds, Iso) is var known && known != Exposure.Unknown ? known : null;

    /// <summary>The latitude in degrees (WGS 84), or null.</summary>
    public double? Latitude { get; private set; }

    /// <summary>The longitude in degrees (WGS 84), or null.</summary>
    public double? Longitude { get; private set; }

    /// <summary>Creates the row of an image whose objects have been written.</summary>
    public static Image Create(NewImage made, Group group, long position, DateTimeOffset now)
    {
        var image = new Image
        {
            Id = made.Id,
            Revision = FirstRevision,
            FileName = made.FileName,
            Title = made.Caption?.Title,
            Description = made.Caption?.Description,
            Tags = made.Tags,
            Rating = (short?)made.Caption?.Rating,
            Creator = made.Caption?.Creator,
            Copyright = made.Caption?.Copyright,
            AddedBy = made.AddedBy,
            IsFromGuest = group.GuestId is not null,
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
        image.SetTakenAt(made.TakenAt, made.TakenAtOffset);
        image.MoveTo(group, position);
        image.Index();
        return image;
    }

    /// <summary>Sets or clears the title; a blank title clears it.</summary>
    public void Retitle(string? title)
    {
        Title = string.IsNullOrWhiteSpace(title) ? null : title.Trim();
        Index();
    }

    /// <summary>Sets or clears the description; a blank description clears it.</summary>
    public void Describe(string? description) => Description = string.IsNullOrWhiteSpace(description) ? null : description;

    /// <summary>Renames the image. The caller ensures that the name is unique.</summary>
    public void Rename(string fileName)
    {
        FileName = fileName;
        Index();
    }

    /// <summary>Sets the point that crops keep; null for the centre.</summary>
    public void FocusOn(FocusPoint? focus) => (FocusX, FocusY) = (focus?.X, focus?.Y);

    /// <summary>Replaces the tags.</summary>
    public void Tag(IReadOnlyList<string> tags)
    {
        Tags = tags;
        Index();
    }

    /// <summary>Sets or clears the rating.</summary>
    public void Rate(int? rating) => Rating = (short?)rating;

    /// <summary>Sets or clears creator and copyright notice.</summary>
    public void Credit(string? creator, string? copyright) => (Creator, Copyright) = (creator, copyright);

    /// <summary>Sets the location in degrees (WGS 84).</summary>
    public void Locate(double latitude, double longitude) => (Latitude, Longitude) = (latitude, longitude);

    /// <summary>Sets or clears <see cref="TakenAt"/>.</summary>
    /// <param name="takenAt">The camera's local time, or null.</param>
    /// <param name="offset">Its UTC offset, or null.</param>
    public void SetTakenAt(DateTime? takenAt, TimeSpan? offset)
    {
        TakenAt = takenAt is { } time ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified) : null;
        TakenAtOffset = takenAt is null ? null : (short?)offset?.TotalMinutes;
        TakenOrCreatedAt = TakenAt ?? DateTime.SpecifyKind(CreatedAt.UtcDateTime, DateTimeKind.Unspecified);
    }

    /// <summary>Shifts <see cref="TakenAt"/>; an image without this time is not changed.</summary>
    /// <returns>False if the year would not be plausible; the image is then not changed.</returns>
    public bool TryShiftTakenAt(TimeSpan shift)
    {
        if (TakenAt + shift is { } shifted && shifted.Year is < FirstYear or > LastYear)
        {
            return false;
        }

        (TakenAt, TakenOrCreatedAt) = (TakenAt + shift, TakenAt + shift ?? TakenOrCreatedAt);
        return true;
    }

    /// <summary>Moves the image to another group or position.</summary>
    public void MoveTo(Group group, long position)
    {
        GroupId = group.Id;
        OwnerId = group.OwnerId;
        (GuestId, InboxOf) = (group.GuestId, group.InboxOf);
        FollowVisibility(group);
        Position = position;
    }

    /// <summary>Adds the block checksums of objects, or replaces existing ones.</summary>
    public void AddBlocks(IReadOnlyDictionary<ImageVariant, uint[]> added) => Blocks = BlockChecksums.Add(Blocks, added);

    /// <summary>Replaces the renditions with those of the next revision, because the bytes differ.</summary>
    public void BeginRevision(int revision, Rendition low, Rendition medium, Rendition high, Rendition full)
    {
        Revision = revision;
        (Low, Medium, High, Full) = (low, medium, high, full);
        (Large, IsLargeDue) = (null, true);
        (Alternates, AlternateBytes, Blocks) = (null, 0, []);
    }

    /// <summary>Records that the renditions passed to <see cref="BeginRevision"/> are rotated clockwise.</summary>
    /// <param name="degrees">90, 180 or 270.</param>
    /// <param name="placeholder">The placeholder of the rotated picture.</param>
    /// <param name="hasOriginal">Whether the original file is stored as a separate object.</param>
    public void Rotate(int degrees, byte[] placeholder, bool hasOriginal)
    {
        Rotation = (short)((Rotation + degrees) % 360);
        Placeholder = placeholder;
        HasOriginal = hasOriginal;
        FocusOn(FocusX is { } x && FocusY is { } y ? new FocusPoint(x, y).Rotate(degrees) : null);
    }

    /// <summary>Sets <see cref="Large"/> for this revision; the large rendition is then no longer due.</summary>
    public void SetLarge(Rendition? large) => (Large, IsLargeDue) = (large, false);

    /// <summary>Sets the alternates of this revision; the list is empty if no format gives a smaller file.</summary>
    public void SetAlternates(IReadOnlyList<Alternate> made) => (Alternates, AlternateBytes) = (Alternate.Write(made), made.Sum(one => one.Bytes));

    /// <summary>Moves the image to the trash.</summary>
    public void Trash(DateTimeOffset now) => DeletedAt = now;

    /// <summary>
    /// Restores the image from the trash to its position, with the group's current visibility. The time to approve a guest's photo begins again.
    /// </summary>
    public void Restore(Group group, DateTimeOffset now)
    {
        if (GuestId is not null)
        {
            CreatedAt = now;
            TakenOrCreatedAt = TakenAt ?? DateTime.SpecifyKind(now.UtcDateTime, DateTimeKind.Unspecified);
        }

        DeletedAt = null;
        TrashedWithGroup = false;
        FollowVisibility(group);
    }

    private void FollowVisibility(Group group)
    {
        IsPublished = group.IsPublished;
        (Downloads, HasWatermark) = group.Rights;
    }

    private void Index() => SearchText = string.Join('\n', [Title ?? "", FileName, .. Tags]).ToLowerInvariant();
}
