using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using ImageHub.Application.Imaging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>An image with what is known of it.</summary>
public sealed record ImageDetails : ImageSummary
{
    /// <summary>SHA-256 of the file as sent: 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The format of the file as sent: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c> or <c>heic</c>.</summary>
    /// <example>jpeg</example>
    public required string Format { get; init; }

    /// <summary>The camera's local time, with its offset when known, or null: <c>2026-05-01T12:34:56</c> or <c>2026-05-01T12:34:56+02:00</c>.</summary>
    /// <example>2026-05-01T12:34:56+02:00</example>
    public required string? TakenAt { get; init; }

    /// <summary>Make and model, or null.</summary>
    /// <example>Canon EOS 6D</example>
    public required string? Camera { get; init; }

    /// <summary>When it was uploaded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>For admins: where it was taken, or null. Absent for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<GeoLocation> Location { get; init; }

    /// <summary>From a row to details, in the database.</summary>
    internal static Expression<Func<Image, ImageDetails>> ProjectionFor(bool isAdmin) => image => new ImageDetails
    {
        Id = image.Id,
        GroupId = image.GroupId,
        FileName = image.FileName,
        Title = image.Title,
        Description = image.Description,
        Tags = image.Tags,
        Width = image.Full.Width,
        Height = image.Full.Height,
        Placeholder = DataUri(image.Placeholder),
        Low = RenditionLink.To(image.Id, ImageVariant.Low, image.Low),
        High = RenditionLink.To(image.Id, ImageVariant.High, image.High),
        Full = RenditionLink.To(image.Id, ImageVariant.Full, image.Full),
        Sha256 = Convert.ToHexStringLower(image.Sha256),
        Format = image.Format.Name(),
        TakenAt = LocalTime(image.TakenAt, image.TakenAtOffset),
        Camera = image.Camera,
        CreatedAt = image.CreatedAt,
        Location = Place(isAdmin, image.Latitude, image.Longitude),
    };

    internal static string? LocalTime(DateTime? takenAt, short? offsetMinutes) => (takenAt, offsetMinutes) switch
    {
        (null, _) => null,
        ({ } time, null) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        ({ } time, { } minutes) => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.FromMinutes(minutes))
            .ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
    };

    internal static Optional<GeoLocation> Place(bool isAdmin, double? latitude, double? longitude) => (isAdmin, latitude, longitude) switch
    {
        (false, _, _) => default,
        (true, { } north, { } east) => new(new GeoLocation(north, east)),
        _ => new(null),
    };
}
