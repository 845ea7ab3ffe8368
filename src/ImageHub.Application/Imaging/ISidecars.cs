using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>Reads and writes sidecars: small files beside an image with its caption, time and location.</summary>
public interface ISidecars
{
    /// <summary>Reads an XMP packet. Takes linear time; document types, deep nesting and external entities are refused.</summary>
    /// <exception cref="Errors.ProblemException">422 <c>invalidSidecar</c>.</exception>
    Sidecar ReadXmp(byte[] packet);

    /// <summary>Reads the JSON that Google Takeout writes beside each photo. The field <c>title</c> is ignored, because it contains a file name.</summary>
    /// <exception cref="Errors.ProblemException">422 <c>invalidSidecar</c>.</exception>
    Sidecar ReadTakeout(byte[] json);

    /// <summary>Writes an XMP packet.</summary>
    byte[] Write(Sidecar sidecar);
}

/// <summary>The content of a sidecar.</summary>
public sealed record Sidecar
{
    /// <summary>The caption; fields that the sidecar does not contain are null or empty.</summary>
    public Caption Caption { get; init; } = Caption.None;

    /// <summary>Whether the sidecar contains a rating. The ratings 0 and -1 (for rejected images) mean that the image has no rating.</summary>
    public bool NamesRating { get; init; }

    /// <summary>The label, such as a colour. Labels are written, but not read from sidecars.</summary>
    public string? Label { get; init; }

    /// <summary>The local time at which the image was taken, or null.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>The UTC offset of <see cref="TakenAt"/>, or null.</summary>
    public TimeSpan? TakenAtOffset { get; init; }

    /// <summary>The location, or null.</summary>
    public GeoLocation? Location { get; init; }

    /// <summary>Returns a caption with the sidecar's values. Fields that the sidecar does not contain keep the given caption's values.</summary>
    public Caption Replace(Caption caption) => new()
    {
        Title = Caption.Title ?? caption.Title,
        Description = Caption.Description ?? caption.Description,
        Tags = Caption.Tags.Count > 0 ? Caption.Tags : caption.Tags,
        Rating = NamesRating ? Caption.Rating : caption.Rating,
        Creator = Caption.Creator ?? caption.Creator,
        Copyright = Caption.Copyright ?? caption.Copyright,
    };

    /// <summary>Returns a new image with the sidecar's values. Fields that the sidecar does not contain keep the given image's values.</summary>
    public NewImage Replace(NewImage image) => image with
    {
        Caption = Replace(image.Caption ?? Caption.None),
        TakenAt = TakenAt ?? image.TakenAt,
        TakenAtOffset = TakenAt is null ? image.TakenAtOffset : TakenAtOffset,
        Latitude = Location?.Latitude ?? image.Latitude,
        Longitude = Location?.Longitude ?? image.Longitude,
    };
}
