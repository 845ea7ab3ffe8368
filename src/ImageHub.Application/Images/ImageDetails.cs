using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using ImageHub.Application.Imaging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>An image with all that is known of it. What the caller does not get of it is left out.</summary>
public sealed record ImageDetails : ImageSummary
{
    /// <summary>Details beside a summary.</summary>
    [SetsRequiredMembers]
    public ImageDetails(ImageSummary summary)
        : base(summary)
    {
    }

    /// <summary>SHA-256 of the file as sent: 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The format of the file as sent: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c> or <c>heic</c>.</summary>
    /// <example>jpeg</example>
    public string Format { get; init; } = "";

    /// <summary>The camera's local time, with its offset when known, or null: <c>2026-05-01T12:34:56</c> or <c>2026-05-01T12:34:56+02:00</c>.</summary>
    /// <example>2026-05-01T12:34:56+02:00</example>
    public string? TakenAt { get; init; }

    /// <summary>Make and model, or null.</summary>
    /// <example>Canon EOS 6D</example>
    public string? Camera { get; init; }

    /// <summary>How it was exposed, as far as the camera has recorded it; null when nothing is known, as of images that an earlier version has taken.</summary>
    public Exposure? Exposure { get; init; }

    /// <summary>When it was uploaded.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>For admins: where it was taken, or null. Absent for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<GeoLocation> Location { get; init; }

    /// <summary>The details of a row.</summary>
    internal static ImageDetails From(Image image, bool isAdmin) => new(ImageSummary.From(image))
    {
        Sha256 = Convert.ToHexStringLower(image.Sha256),
        Format = image.Format.Name(),
        TakenAt = LocalTime(image.TakenAt, image.TakenAtOffset),
        Camera = image.Camera,
        Exposure = image.Exposure,
        CreatedAt = image.CreatedAt,
        Location = (isAdmin, image.Latitude, image.Longitude) switch
        {
            (false, _, _) => default,
            (true, { } north, { } east) => new(new GeoLocation(north, east)),
            _ => new(null),
        },
    };

    private static string? LocalTime(DateTime? takenAt, short? offsetMinutes) => (takenAt, offsetMinutes) switch
    {
        (null, _) => null,
        ({ } time, null) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        ({ } time, { } minutes) => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.FromMinutes(minutes))
            .ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
    };
}
