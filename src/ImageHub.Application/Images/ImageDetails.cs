using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using ImageHub.Application.Imaging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>An image with all its details. Details not available to the caller are omitted.</summary>
public sealed record ImageDetails : ImageSummary
{
    /// <summary>Creates details from a summary.</summary>
    [SetsRequiredMembers]
    public ImageDetails(ImageSummary summary)
        : base(summary)
    {
    }

    /// <summary>SHA-256 of the original file: 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The format of the original file: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c> or <c>heic</c>.</summary>
    /// <example>jpeg</example>
    public string Format { get; init; } = "";

    /// <summary>
    /// When the image was taken, in the camera's local time with its UTC offset if known, or null: <c>2026-05-01T12:34:56</c> or
    /// <c>2026-05-01T12:34:56+02:00</c>.
    /// </summary>
    /// <example>2026-05-01T12:34:56+02:00</example>
    public string? TakenAt { get; init; }

    /// <summary>The camera's make and model, or null.</summary>
    /// <example>Canon EOS 6D</example>
    public string? Camera { get; init; }

    /// <summary>The photographers that the file's metadata names, separated by semicolons; null if there are none.</summary>
    /// <example>Ada Example</example>
    public string? Creator { get; init; }

    /// <summary>The copyright notice in the file, or null.</summary>
    /// <example>© 2026 Ada Example</example>
    public string? Copyright { get; init; }

    /// <summary>The exposure settings recorded by the camera; null if there are none.</summary>
    public Exposure? Exposure { get; init; }

    /// <summary>When the image was uploaded.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where the image was taken, or null. For admins and editors only; absent for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<GeoLocation> Location { get; init; }

    /// <summary>Creates the details of a row.</summary>
    internal static ImageDetails From(Image image, SummaryView view, bool isCurator) => new(ImageSummary.From(image, view))
    {
        Sha256 = Convert.ToHexStringLower(image.Sha256),
        Format = image.Format.Name(),
        TakenAt = TakenTime.Write(image.TakenAt, image.TakenAtOffset),
        Camera = image.Camera,
        Creator = image.Creator,
        Copyright = image.Copyright,
        Exposure = image.Exposure,
        CreatedAt = image.CreatedAt,
        Rating = isCurator ? new(image.Rating) : default,
        Location = (isCurator, image.Latitude, image.Longitude) switch
        {
            (false, _, _) => default,
            (true, { } north, { } east) => new(new GeoLocation(north, east)),
            _ => new(null),
        },
    };
}
