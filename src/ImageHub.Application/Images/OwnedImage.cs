using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using ImageHub.Application.Imaging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Images;

/// <summary>A user's image as it stands in a list: with links to exactly what the owner's tier allows at this moment.</summary>
public record OwnedImage : ImageEntry
{
    /// <summary>Always null: a user's image is in no group.</summary>
    public Guid? GroupId { get; }

    /// <summary>Whose it is.</summary>
    public required ImageOwner Owner { get; init; }

    /// <summary>What the owner gets of it.</summary>
    public required OwnedImageLinks Links { get; init; }

    /// <summary>The summary of a row.</summary>
    internal static OwnedImage Of(Image image, OwnerRow owner) => new()
    {
        Id = image.Id,
        FileName = image.FileName,
        Title = image.Title,
        Description = image.Description,
        Tags = image.Tags,
        Width = image.Full.Width,
        Height = image.Full.Height,
        Placeholder = DataUri(image.Placeholder),
        Owner = new ImageOwner(owner.Id, owner.UserName, $"/api/v1/users/{owner.Id:D}"),
        Links = OwnedImageLinks.Of(image.Id, owner.Tier),
    };
}

/// <summary>Whose an image is.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Url">Where admins read it, relative to the server's root.</param>
public sealed record ImageOwner(Guid Id, string UserName, string Url);

/// <summary>Where an owner's image is, relative to the server's root.</summary>
/// <param name="Thumbnails">By height in pixels, as text.</param>
/// <param name="Original">The file as sent; absent where the tier has no originals.</param>
public sealed record OwnedImageLinks(
    IReadOnlyDictionary<string, string> Thumbnails,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Original)
{
    /// <summary>What a tier allows; without one, nothing.</summary>
    internal static OwnedImageLinks Of(Guid imageId, Tier? tier) => new(
        (tier?.ThumbnailHeights ?? []).ToDictionary(
            height => height.ToString(CultureInfo.InvariantCulture),
            height => string.Create(CultureInfo.InvariantCulture, $"/api/v1/images/{imageId:D}/thumbnails/{height}"),
            StringComparer.Ordinal),
        tier?.Originals == true ? $"/api/v1/images/{imageId:D}/original" : null);
}

/// <summary>An owner as it is now.</summary>
internal sealed record OwnerRow(Guid Id, string UserName, Tier? Tier);

/// <summary>A user's image with what is known of it.</summary>
public sealed record OwnedImageDetails : OwnedImage
{
    /// <summary>Details beside a summary.</summary>
    [SetsRequiredMembers]
    public OwnedImageDetails(OwnedImage summary)
        : base(summary)
    {
    }

    /// <summary>SHA-256 of the file as sent: 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The format of the file as sent: <c>jpeg</c>, <c>png</c>, <c>webp</c>, <c>avif</c>, <c>gif</c>, <c>tiff</c> or <c>heic</c>.</summary>
    public string Format { get; init; } = "";

    /// <summary>The camera's local time, with its offset when known, or null.</summary>
    public string? TakenAt { get; init; }

    /// <summary>Make and model, or null.</summary>
    public string? Camera { get; init; }

    /// <summary>When it was uploaded.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>For admins: where it was taken, or null. Absent for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<GeoLocation> Location { get; init; }

    /// <summary>The details of a row.</summary>
    internal static OwnedImageDetails Of(Image image, OwnerRow owner, bool isAdmin) => new(Of(image, owner))
    {
        Sha256 = Convert.ToHexStringLower(image.Sha256),
        Format = image.Format.Name(),
        TakenAt = ImageDetails.LocalTime(image.TakenAt, image.TakenAtOffset),
        Camera = image.Camera,
        CreatedAt = image.CreatedAt,
        Location = ImageDetails.Place(isAdmin, image.Latitude, image.Longitude),
    };
}
