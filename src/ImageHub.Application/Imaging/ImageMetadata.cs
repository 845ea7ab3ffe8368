using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>The metadata of a file: the facts that its camera has recorded, and the caption.</summary>
/// <param name="TakenAt">The camera's local time, or null.</param>
/// <param name="TakenAtOffset">The UTC offset of that time, if recorded.</param>
/// <param name="Camera">The camera's make and model, such as <c>Canon EOS 6D</c>, or null.</param>
/// <param name="Location">The location, or null.</param>
public sealed record ImageMetadata(DateTime? TakenAt, TimeSpan? TakenAtOffset, string? Camera, GeoLocation? Location)
{
    /// <summary>The exposure settings, or null.</summary>
    public Exposure? Exposure { get; init; }

    /// <summary>The caption, or null.</summary>
    public Caption? Caption { get; init; }
}

/// <summary>A location (WGS 84).</summary>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
public sealed record GeoLocation(double Latitude, double Longitude);
