using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>Reads and writes sidecars: small files beside an image with its caption, time and location.</summary>
public interface ISidecars
{
    /// <summary>Reads an XMP packet. Takes linear time; document types, deep nesting and external entities are refused.</summary>
    /// <exception cref="Errors.ProblemException">422 <c>invalidSidecar</c>.</exception>
    Sidecar ReadXmp(byte[] packet);

    /// <summary>Reads the JSON that Google Takeout writes beside each photo. Its <c>title</c> is a file name, which is not read.</summary>
    /// <exception cref="Errors.ProblemException">422 <c>invalidSidecar</c>.</exception>
    Sidecar ReadTakeout(byte[] json);

    /// <summary>Writes an XMP packet.</summary>
    byte[] Write(Sidecar sidecar);
}

/// <summary>The content of a sidecar.</summary>
public sealed record Sidecar
{
    /// <summary>The caption; fields that the sidecar does not name are null or empty.</summary>
    public Caption Caption { get; init; } = Caption.None;

    /// <summary>Whether the sidecar names a rating. It can name none: 0, or -1 for rejected images.</summary>
    public bool NamesRating { get; init; }

    /// <summary>The label, such as a colour; only written.</summary>
    public string? Label { get; init; }

    /// <summary>The local time at which the image was taken, or null.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>The UTC offset of <see cref="TakenAt"/>, or null.</summary>
    public TimeSpan? TakenAtOffset { get; init; }

    /// <summary>The location, or null.</summary>
    public GeoLocation? Location { get; init; }
}
