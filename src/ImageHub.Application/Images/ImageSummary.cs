using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Images;

/// <summary>An image as it stands in a list. What the caller does not get of it is left out.</summary>
public record ImageSummary
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The group it is in; null for a user's image, absent below a link.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<Guid?> GroupId { get; init; }

    /// <summary>A safe name, unique in its group, or among its owner's images.</summary>
    /// <example>IMG_0001.jpg</example>
    public required string FileName { get; init; }

    /// <summary>What it is called, or null.</summary>
    public required string? Title { get; init; }

    /// <summary>What it shows, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>Its tags, in the order given.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Height { get; init; }

    /// <summary>A data URI of a tiny WebP, to be shown until another rendition has arrived.</summary>
    public required string Placeholder { get; init; }

    /// <summary>The small rendition, for a grid; absent for a user's image, which has <c>links</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? Low { get; init; }

    /// <summary>
    /// The rendition between low and high, for a grid on a fine screen; the same as <c>high</c> until the server has made it of an image that it has had
    /// since before there were any. Absent for a user's image, which has <c>links</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? Medium { get; init; }

    /// <summary>The large rendition, for a screen; absent for a user's image, which has <c>links</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? High { get; init; }

    /// <summary>All pixels; absent for a user's image, which has <c>links</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? Full { get; init; }

    /// <summary>
    /// In lists by <c>takenAt</c> the day by which it stands there: of the camera's local time, else of the upload's time in UTC; absent elsewhere.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? Day { get; init; }

    /// <summary>The user to whom the image belongs; absent for an image of a group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageOwner? Owner { get; init; }

    /// <summary>What the owner gets of the image; absent for an image of a group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnerLinks? Links { get; init; }

    /// <summary>From a row to a summary as curators and visitors see it, in the database.</summary>
    internal static readonly Expression<Func<Image, ImageSummary>> Projection = image => new ImageSummary
    {
        Id = image.Id,
        GroupId = new Optional<Guid?>(image.GroupId),
        FileName = image.FileName,
        Title = image.Title,
        Description = image.Description,
        Tags = image.Tags,
        Width = image.Full.Width,
        Height = image.Full.Height,
        Placeholder = "data:image/webp;base64," + Convert.ToBase64String(image.Placeholder),
        Low = RenditionLink.To(image.Id, image.Revision, ImageVariant.Low.Name, image.Low.Width, image.Low.Height, image.Low.Bytes, image.Low.ContentType, image.Alternates),
        Medium = RenditionLink.To(image.Id, image.Revision, ImageVariant.Medium.Name, image.Medium.Width, image.Medium.Height, image.Medium.Bytes, image.Medium.ContentType, image.Alternates),
        High = RenditionLink.To(image.Id, image.Revision, ImageVariant.High.Name, image.High.Width, image.High.Height, image.High.Bytes, image.High.ContentType, image.Alternates),
        Full = RenditionLink.ToFull(image.Id, image.Revision, image.Full.Width, image.Full.Height, image.Full.Bytes, image.Full.ContentType),
        OwnerId = image.OwnerId,
    };

    /// <summary>As <see cref="Projection"/>, with <see cref="Day"/>.</summary>
    internal static readonly Expression<Func<Image, ImageSummary>> ProjectionWithDay = AddDay(image => DateOnly.FromDateTime(image.TakenOrCreatedAt));

    private static readonly Func<Image, ImageSummary> Compiled = Projection.Compile();

    /// <summary>The user to whom the image belongs; not written.</summary>
    internal Guid? OwnerId { get; private init; }

    private static Expression<Func<Image, ImageSummary>> AddDay(Expression<Func<Image, DateOnly>> day)
    {
        // One lambda of both: the day is read of the same row.
        var row = day.Parameters[0];
        var summary = (MemberInitExpression)new Replacing(Projection.Parameters[0], row).Visit(Projection.Body);
        var bound = Expression.Bind(typeof(ImageSummary).GetProperty(nameof(Day))!, Expression.Convert(day.Body, typeof(DateOnly?)));
        return Expression.Lambda<Func<Image, ImageSummary>>(summary.Update(summary.NewExpression, [.. summary.Bindings, bound]), row);
    }

    /// <summary>The summary of a row.</summary>
    internal static ImageSummary From(Image image) => Compiled(image);

    /// <summary>The same image as its owner and admins see it: with exactly what the owner's tier allows at this moment.</summary>
    internal ImageSummary WithOwner(OwnerRow owner) => this with
    {
        GroupId = new Optional<Guid?>(null),
        Low = null,
        Medium = null,
        High = null,
        Full = null,
        Owner = new ImageOwner(owner.Id, owner.UserName, $"/api/v1/users/{owner.Id:D}"),
        Links = OwnerLinks.From(this, owner.Tier),
    };

    /// <summary>The same image as guests of a link see it: every address lies below the link.</summary>
    public ImageSummary WithToken(string token) => this with
    {
        GroupId = default,
        Low = Low?.WithToken(token),
        Medium = Medium?.WithToken(token),
        High = High?.WithToken(token),
        Full = Full?.WithToken(token),
    };

    private sealed class Replacing(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}

/// <summary>One resolution: where its bytes are and what they are.</summary>
/// <param name="Url">Relative to the server's root. It carries a revision: the bytes behind it never change.</param>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
/// <param name="Bytes">The size of the body.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record RenditionLink(string Url, int Width, int Height, long Bytes, string ContentType)
{
    private const string Root = "/api/v1/";

    /// <summary>
    /// The same picture, of the same width and height, in formats in which it takes fewer bytes: the smallest first, none before the server has made any.
    /// Absent of <c>full</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AlternateLink>? Alternates { get; init; }

    /// <summary>
    /// Where low, medium or high of an image is. It takes the variant's name, since a query's projection refers to no other objects, and the rendition's parts,
    /// since a query that hands it over as a whole reads every column of the image.
    /// </summary>
    internal static RenditionLink To(Guid imageId, int revision, string variantName, int width, int height, long bytes, string contentType, byte[]? alternates)
    {
        var url = BuildUrl(imageId, revision, variantName);
        return new RenditionLink(url, width, height, bytes, contentType)
        {
            Alternates =
            [
                .. Alternate.Read(alternates)
                    .Where(alternate => alternate.Variant.Rendition!.Name == variantName)
                    .OrderBy(alternate => alternate.Bytes)
                    .Select(alternate => new AlternateLink($"{url}&format={alternate.Variant.Format!.Value.Name()}", alternate.Bytes, alternate.ContentType)),
            ],
        };
    }

    /// <summary>Where all pixels of an image are.</summary>
    internal static RenditionLink ToFull(Guid imageId, int revision, int width, int height, long bytes, string contentType) =>
        new(BuildUrl(imageId, revision, ImageVariant.Full.Name), width, height, bytes, contentType);

    /// <summary>The address of a variant, without a revision.</summary>
    internal static string BuildUrl(Guid imageId, ImageVariant variant) => $"{Root}images/{imageId:D}/{(variant.Height is null ? "" : "thumbnails/")}{variant.Name}";

    /// <summary>The same bytes below a link.</summary>
    internal RenditionLink WithToken(string token) => this with
    {
        Url = MoveBelow(token, Url),
        Alternates = Alternates?.Select(alternate => alternate with { Url = MoveBelow(token, alternate.Url) }).ToArray(),
    };

    private static string BuildUrl(Guid imageId, int revision, string variantName) =>
        string.Create(CultureInfo.InvariantCulture, $"{Root}images/{imageId:D}/{variantName}?r={revision}");

    private static string MoveBelow(string token, string url) => $"{Root}shared/{token}/{url[Root.Length..]}";
}

/// <summary>A rendition in another format.</summary>
/// <param name="Url">Relative to the server's root. It carries a revision and the format: the bytes behind it never change.</param>
/// <param name="Bytes">The size of the body.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record AlternateLink(string Url, long Bytes, string ContentType);

/// <summary>The user to whom an image belongs.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Url">Where the account is read, relative to the server's root.</param>
public sealed record ImageOwner(Guid Id, string UserName, string Url);

/// <summary>The addresses that an owner's tier allows, relative to the server's root.</summary>
/// <param name="Thumbnails">By height in pixels, as text.</param>
/// <param name="Full">All pixels; absent where the tier has no originals.</param>
/// <param name="Original">The file as sent; absent where the tier has no originals.</param>
public sealed record OwnerLinks(
    IReadOnlyDictionary<string, string> Thumbnails,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Full,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Original)
{
    /// <summary>What a tier allows; without one, nothing.</summary>
    internal static OwnerLinks From(ImageSummary image, Tier? tier) => new(
        (tier?.ThumbnailHeights ?? [])
            .Select(ImageVariant.Thumbnail)
            .ToDictionary(variant => variant.Name, variant => RenditionLink.BuildUrl(image.Id, variant), StringComparer.Ordinal),
        tier?.Allows(ImageVariant.Full) == true ? image.Full!.Url : null,
        tier?.Allows(ImageVariant.Original) == true ? RenditionLink.BuildUrl(image.Id, ImageVariant.Original) : null);
}
