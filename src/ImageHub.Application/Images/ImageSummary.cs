using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Images;

/// <summary>An image in a list. Fields not available to the caller are omitted.</summary>
public record ImageSummary
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The group's id; for a guest's photo, the group that it was sent for. Null for a user's image, absent below a link.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<Guid?> GroupId { get; init; }

    /// <summary>A safe file name, unique in its group or among its owner's images.</summary>
    /// <example>IMG_0001.jpg</example>
    public required string FileName { get; init; }

    /// <summary>The title, or null.</summary>
    public required string? Title { get; init; }

    /// <summary>The description, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>The tags in the given order.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The width in pixels, after orientation.</summary>
    public required int Width { get; init; }

    /// <summary>The height in pixels, after orientation.</summary>
    public required int Height { get; init; }

    /// <summary>The point that crops of the picture keep; null: the centre.</summary>
    public required FocusPoint? Focus { get; init; }

    /// <summary>A data URI of a tiny WebP, to show until a rendition has loaded.</summary>
    public required string Placeholder { get; init; }

    /// <summary>The small rendition, for a grid; absent for a user's image, which has <c>links</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? Low { get; init; }

    /// <summary>The medium rendition, for a grid on a high-resolution screen; absent for a user's image, which has <c>links</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? Medium { get; init; }

    /// <summary>The high rendition, for a full screen; absent for a user's image, which has <c>links</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenditionLink? High { get; init; }

    /// <summary>
    /// The large rendition, for a screen of high resolution. Null until the server has rendered it, and also if <c>high</c> already has the picture's full
    /// size. Absent for a user's image, which has <c>links</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<RenditionLink?> Large { get; init; }

    /// <summary>
    /// The full-resolution image; null for visitors if the group's or link's <c>downloads</c> and <c>watermark</c> exclude it. Absent for a user's image, which
    /// has <c>links</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<RenditionLink?> Full { get; init; }

    /// <summary>
    /// The day by which the image is sorted, only in lists sorted by <c>takenAt</c>: in the camera's local time or, if unknown, the upload time
    /// in UTC.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? Day { get; init; }

    /// <summary>The rating, 1 to 5, or null. For admins and editors only; absent for others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<int?> Rating { get; init; }

    /// <summary>
    /// The account that added the image; null if it was imported or sent by a guest, or the account has been deleted. For admins, editors and members of the
    /// group; absent for others, and for covers.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<NamedUser?> AddedBy { get; init; }

    /// <summary>Whether the caller may edit and delete the image. For admins, editors and members of the group; absent for others, and for covers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? MayEdit { get; init; }

    /// <summary>True for a guest's photo that awaits approval; absent for other images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsPending { get; init; }

    /// <summary>The guest who sent the photo; absent for an image that does not await approval.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageSender? SentBy { get; init; }

    /// <summary>The owner; absent for an image of a group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImageOwner? Owner { get; init; }

    /// <summary>The addresses available to the owner; absent for an image of a group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnerLinks? Links { get; init; }

    private static readonly Expression<Func<Image, SummaryView, ImageSummary>> Template = (image, view) => new ImageSummary
    {
        Id = image.Id,
        GroupId = new Optional<Guid?>(image.InboxOf ?? image.GroupId),
        FileName = image.FileName,
        Title = image.Title,
        Description = image.Description,
        Tags = image.Tags,
        Width = image.Full.Width,
        Height = image.Full.Height,
        Focus = image.FocusX == null || image.FocusY == null ? null : new FocusPoint(image.FocusX.Value, image.FocusY.Value),
        Placeholder = "data:image/webp;base64," + Convert.ToBase64String(image.Placeholder),
        Low = RenditionLink.To(image.Id, image.Revision, ImageVariant.Low.Name, image.Low.Width, image.Low.Height, image.Low.Bytes, image.Low.ContentType, image.Alternates, 0),
        Medium = RenditionLink.To(image.Id, image.Revision, ImageVariant.Medium.Name, image.Medium.Width, image.Medium.Height, image.Medium.Bytes, image.Medium.ContentType, image.Alternates, view.FindMark(image.Downloads, image.HasWatermark)),
        High = RenditionLink.To(image.Id, image.Revision, ImageVariant.High.Name, image.High.Width, image.High.Height, image.High.Bytes, image.High.ContentType, image.Alternates, view.FindMark(image.Downloads, image.HasWatermark)),
        Large = new Optional<RenditionLink?>(
            image.Large == null
                ? null
                : RenditionLink.To(image.Id, image.Revision, ImageVariant.Large.Name, image.Large.Width, image.Large.Height, image.Large.Bytes, image.Large.ContentType, image.Alternates, view.FindMark(image.Downloads, image.HasWatermark))),
        Full = new Optional<RenditionLink?>(
            view.AllowsFull(image.Downloads, image.HasWatermark)
                ? RenditionLink.ToFull(image.Id, image.Revision, image.Full.Width, image.Full.Height, image.Full.Bytes, image.Full.ContentType)
                : null),
        Rating = view.FindRating(image.Rating),
        MayEdit = view.FindMayEdit(image.AddedBy),
        IsPending = image.GuestId == null ? null : true,
        AdderId = view.FindAdder(image.AddedBy),
        OwnerId = image.OwnerId,
        GuestId = image.GuestId,
    };

    private static readonly Expression<Func<Image, DateOnly>> DayOf = image => DateOnly.FromDateTime(image.TakenOrCreatedAt);

    private static readonly Func<Image, SummaryView, ImageSummary> Compiled = Template.Compile();

    /// <summary>The owner's id; not serialized.</summary>
    internal Guid? OwnerId { get; private init; }

    /// <summary>The id of the account that added the image; not serialized.</summary>
    internal Guid? AdderId { get; private init; }

    /// <summary>The id of the guest who sent the photo; not serialized.</summary>
    internal Guid? GuestId { get; private init; }

    /// <summary>The projection of a row to a summary. The database evaluates it.</summary>
    /// <param name="view">The parts of the summary that the caller receives.</param>
    internal static Expression<Func<Image, ImageSummary>> Project(SummaryView view) =>
        Expression.Lambda<Func<Image, ImageSummary>>(BodyFor(view), Template.Parameters[0]);

    /// <summary>The same as <see cref="Project"/>, with <see cref="Day"/>.</summary>
    internal static Expression<Func<Image, ImageSummary>> ProjectWithDay(SummaryView view)
    {
        // Merges both lambdas into one, which reads the day from the same row.
        var row = DayOf.Parameters[0];
        var summary = (MemberInitExpression)new Replacing(Template.Parameters[0], row).Visit(BodyFor(view));
        var bound = Expression.Bind(typeof(ImageSummary).GetProperty(nameof(Day))!, Expression.Convert(DayOf.Body, typeof(DateOnly?)));
        return Expression.Lambda<Func<Image, ImageSummary>>(summary.Update(summary.NewExpression, [.. summary.Bindings, bound]), row);
    }

    /// <summary>Creates the summary of a row.</summary>
    internal static ImageSummary From(Image image, SummaryView view) => Compiled(image, view);

    // The view is a field of an object. EF Core turns this field into a parameter, so one compiled query serves all callers.
    private static Expression BodyFor(SummaryView view)
    {
        Expression<Func<SummaryView>> captured = () => view;
        return new Replacing(Template.Parameters[1], captured.Body).Visit(Template.Body);
    }

    /// <summary>Returns the image for its owner, an admin or an editor, with the addresses that the owner's tier currently allows.</summary>
    internal ImageSummary WithOwner(OwnerRow owner) => this with
    {
        GroupId = new Optional<Guid?>(null),
        Low = null,
        Medium = null,
        High = null,
        Large = default,
        Full = default,
        Owner = new ImageOwner(owner.Id, owner.UserName, $"/api/v1/users/{owner.Id:D}"),
        Links = OwnerLinks.From(this, owner.Tier),
    };

    /// <summary>Returns the image for guests of a link, with all addresses below the link's address.</summary>
    public ImageSummary WithToken(string token) => this with
    {
        GroupId = default,
        Low = Low?.WithToken(token),
        Medium = Medium?.WithToken(token),
        High = High?.WithToken(token),
        Large = new Optional<RenditionLink?>(Large.Value?.WithToken(token)),
        Full = new Optional<RenditionLink?>(Full.Value?.WithToken(token)),
    };

    private sealed class Replacing(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}

/// <summary>A rendition of an image.</summary>
/// <param name="Url">The address, relative to the server's root. It contains a revision, so that its bytes never change.</param>
/// <param name="Width">The width in pixels, after orientation.</param>
/// <param name="Height">The height in pixels, after orientation.</param>
/// <param name="Bytes">
/// The size in bytes. For a rendition with a watermark, which is rendered on the first request, this is the size without the watermark.
/// </param>
/// <param name="ContentType">The media type.</param>
public sealed record RenditionLink(string Url, int Width, int Height, long Bytes, string ContentType)
{
    private const string Root = "/api/v1/";

    /// <summary>
    /// The same rendition in formats with smaller files, smallest first. Empty until the server has made these files, and for a rendition with a watermark.
    /// Absent for <c>full</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AlternateLink>? Alternates { get; init; }

    /// <summary>
    /// Creates the link of a rendition. The parameters are single values because a query's projection calls the method: passing the whole
    /// rendition would make the query read every column.
    /// </summary>
    /// <param name="imageId">The image.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="variantName">The rendition's name.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="bytes">The size.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="alternates">The image's alternates.</param>
    /// <param name="mark">The number of the watermark that the caller gets; 0 for none.</param>
    internal static RenditionLink To(Guid imageId, int revision, string variantName, int width, int height, long bytes, string contentType, byte[]? alternates, int mark)
    {
        var url = BuildUrl(imageId, revision, variantName);
        if (mark > 0)
        {
            return new RenditionLink(string.Create(CultureInfo.InvariantCulture, $"{url}&mark={mark}"), width, height, bytes, contentType) { Alternates = [] };
        }

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

    /// <summary>Creates the link of the full-resolution image.</summary>
    internal static RenditionLink ToFull(Guid imageId, int revision, int width, int height, long bytes, string contentType) =>
        new(BuildUrl(imageId, revision, ImageVariant.Full.Name), width, height, bytes, contentType);

    /// <summary>The address of a variant, without a revision.</summary>
    internal static string BuildUrl(Guid imageId, ImageVariant variant) => $"{Root}images/{imageId:D}/{(variant.Number is null ? "" : "thumbnails/")}{variant.Name}";

    /// <summary>Returns the same rendition with an address that works for guests of a link.</summary>
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
/// <param name="Url">The address, relative to the server's root. It contains the revision and the format, so that its bytes never change.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="ContentType">The media type.</param>
public sealed record AlternateLink(string Url, long Bytes, string ContentType);

/// <summary>The guest who sent a photo.</summary>
/// <param name="GuestId">The guest's id.</param>
/// <param name="Name">The name that the guest entered.</param>
public sealed record ImageSender(Guid GuestId, string Name);

/// <summary>The owner of an image.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="UserName">The user name.</param>
/// <param name="Url">The account's address, relative to the server's root.</param>
public sealed record ImageOwner(Guid Id, string UserName, string Url);

/// <summary>The addresses that an owner's tier allows, relative to the server's root.</summary>
/// <param name="Thumbnails">The thumbnails' addresses by height in pixels.</param>
/// <param name="Full">The full-resolution image; absent if the tier has no originals.</param>
/// <param name="Original">The original file; absent if the tier has no originals.</param>
public sealed record OwnerLinks(
    IReadOnlyDictionary<string, string> Thumbnails,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Full,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Original)
{
    /// <summary>Creates the addresses allowed by a tier; none without a tier.</summary>
    internal static OwnerLinks From(ImageSummary image, Tier? tier) => new(
        (tier?.ThumbnailHeights ?? [])
            .Select(height => ImageVariant.OnRequest(height))
            .ToDictionary(variant => variant.Name, variant => RenditionLink.BuildUrl(image.Id, variant), StringComparer.Ordinal),
        tier?.Allows(ImageVariant.Full) == true ? image.Full.Value!.Url : null,
        tier?.Allows(ImageVariant.Original) == true ? RenditionLink.BuildUrl(image.Id, ImageVariant.Original) : null);
}
