using ImageHub.Domain.Images;

namespace ImageHub.Application.Imaging;

/// <summary>What a camera recorded.</summary>
/// <param name="TakenAt">The camera's local time, or null.</param>
/// <param name="TakenAtOffset">That time's offset from UTC, when recorded.</param>
/// <param name="Camera">Make and model, such as <c>Canon EOS 6D</c>, or null.</param>
/// <param name="Location">Where it was taken, or null.</param>
public sealed record ImageMetadata(DateTime? TakenAt, TimeSpan? TakenAtOffset, string? Camera, GeoLocation? Location)
{
    /// <summary>How it was exposed, or null.</summary>
    public Exposure? Exposure { get; init; }
}

/// <summary>A place (WGS 84).</summary>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
public sealed record GeoLocation(double Latitude, double Longitude);
