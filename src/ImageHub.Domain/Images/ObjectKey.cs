using System.Globalization;

namespace ImageHub.Domain.Images;

/// <summary>
/// The key of an image's object: <c>images/0198…/1/low</c>, <c>images/0198…/1/low-avif</c>, <c>images/0198…/1/thumbnails/200</c>,
/// <c>images/0198…/1/thumbnails/full-jpeg</c>, <c>images/0198…/1/thumbnails/high-mark-7</c>, <c>images/0198…/1/thumbnails/800x600-500-80-webp</c>, or
/// <c>images/0198…/original</c>. The original is the same for all revisions, so its key has no revision number.
/// </summary>
/// <param name="ImageId">The image.</param>
/// <param name="Revision">The revision of the image's renditions; null for the original.</param>
/// <param name="Variant">The variant.</param>
public sealed record ObjectKey(Guid ImageId, int? Revision, ImageVariant Variant)
{
    /// <summary>The prefix of all image keys.</summary>
    public const string Root = "images/";

    private const string Thumbnails = "thumbnails";

    private static readonly ImageVariant[] OfEveryRevision = [.. ImageVariant.Renditions, ImageVariant.Full, .. ImageVariant.Alternates];

    /// <summary>The key of a variant.</summary>
    public static string For(Guid imageId, int revision, ImageVariant variant) =>
        new ObjectKey(imageId, variant == ImageVariant.Original ? null : revision, variant).ToString();

    /// <summary>All possible keys of an image at a revision, including the original but not the thumbnails.</summary>
    public static IEnumerable<string> All(Guid imageId, int revision) => OfRevision(imageId, revision).Append(For(imageId, revision, ImageVariant.Original));

    /// <summary>All possible keys of an image at a revision, without the original and the thumbnails.</summary>
    public static IEnumerable<string> OfRevision(Guid imageId, int revision) =>
        OfEveryRevision.Select(variant => For(imageId, revision, variant));

    /// <summary>Parses the key of an image's object; null for other keys.</summary>
    public static ObjectKey? Parse(string key) => key.Split('/') switch
    {
        ["images", var id, "original"] => Create(id, null, ImageVariant.Original),
        ["images", var id, var revision, var name] when ImageVariant.Parse(name) is { Number: null } variant && variant != ImageVariant.Original =>
            Create(id, revision, variant),
        ["images", var id, var revision, var name] when ImageVariant.Alternates.FirstOrDefault(variant => variant.Name == name) is { } alternate =>
            Create(id, revision, alternate),
        ["images", var id, var revision, Thumbnails, var name] when ImageVariant.ParseOnRequest(name) is { } variant => Create(id, revision, variant),
        _ => null,
    };

    /// <summary>
    /// Whether a text can be the key of an object: segments of small letters, digits and hyphens, separated by slashes. Other programs put files such as
    /// <c>.DS_Store</c> beside objects.
    /// </summary>
    public static bool IsKey(string text) => Array.TrueForAll(text.Split('/'), segment => segment.Length > 0 && segment.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    /// <inheritdoc/>
    public override string ToString() => Revision is { } revision
        ? string.Create(CultureInfo.InvariantCulture, $"{Root}{ImageId:D}/{revision}/{(Variant.Number is null ? "" : Thumbnails + "/")}{Variant.Name}")
        : $"{Root}{ImageId:D}/{Variant.Name}";

    private static ObjectKey? Create(string id, string? revision, ImageVariant variant)
    {
        var number = 0;
        return Guid.TryParseExact(id, "D", out var imageId) && (revision is null || int.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            ? new ObjectKey(imageId, revision is null ? null : number, variant)
            : null;
    }
}
