using System.Globalization;
using System.Linq.Expressions;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Variants;

/// <summary>The columns of an image that are needed to serve its bytes.</summary>
internal sealed record StoredImage(
    Guid Id,
    int Revision,
    Guid GroupId,
    Guid? OwnerId,
    bool IsPublished,
    Downloads Downloads,
    bool HasWatermark,
    string FileName,
    DateTimeOffset CreatedAt,
    ImageFormat Format,
    long OriginalBytes,
    bool HasOriginal,
    bool IsFromGuest,
    Rendition Low,
    Rendition Medium,
    Rendition High,
    Rendition? Large,
    bool IsLargeDue,
    Rendition Full,
    byte[]? Alternates,
    byte[] Blocks,
    bool HasDamages)
{
    /// <summary>Projects a row in the database.</summary>
    public static readonly Expression<Func<Image, StoredImage>> Projection = image => new StoredImage(
        image.Id,
        image.Revision,
        image.GroupId,
        image.OwnerId,
        image.IsPublished,
        image.Downloads,
        image.HasWatermark,
        image.FileName,
        image.CreatedAt,
        image.Format,
        image.OriginalBytes,
        image.HasOriginal,
        image.IsFromGuest,
        image.Low,
        image.Medium,
        image.High,
        image.Large,
        image.IsLargeDue,
        image.Full,
        image.Alternates,
        image.Blocks,
        image.Damages.Any());

    /// <summary>Compiled once, because translating the query takes longer than running it.</summary>
    private static readonly Func<DbContext, Guid, CancellationToken, Task<StoredImage?>> FindAnyAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid id, CancellationToken cancellationToken) => ((IImageHubDb)context).AllImages.Where(image => image.Id == id).Select(Projection).SingleOrDefault());

    /// <summary>The rights of visitors to the image.</summary>
    public VisitorRights Rights => new(Downloads, HasWatermark);

    private static readonly Func<Image, StoredImage> Compiled = Projection.Compile();

    /// <summary>Finds an image by its id alone. The caller must have checked the permissions.</summary>
    /// <exception cref="ProblemException">404 if the image no longer exists.</exception>
    public static async Task<StoredImage> FindAsync(IImageHubDb db, Guid id) =>
        await FindAnyAsync((DbContext)db, id, CancellationToken.None) ?? throw ProblemException.NotFound("image");

    /// <summary>Creates the record from a row that was loaded without its damages.</summary>
    public static StoredImage From(Image image, bool hasDamages) => Compiled(image) with { HasDamages = hasDamages };

    /// <summary>
    /// Finds the variant whose object contains the bytes. The original is a separate object only if it differs from full, a rendition replaces a missing
    /// alternate, and high replaces a missing large rendition.
    /// </summary>
    public ImageVariant FindStored(ImageVariant variant) =>
        variant == ImageVariant.Original && !HasOriginal ? ImageVariant.Full
        : variant.Rendition is { } rendition && FindAlternate(variant) is null ? FindStored(rendition)
        : variant == ImageVariant.Large && Large is null ? ImageVariant.High
        : variant;

    /// <summary>
    /// Chooses the variant to serve. For a rendition, this is the alternate in the given format, the client's preferred format, or the default
    /// rendition, in this order. For full and the original, this is the variant itself.
    /// </summary>
    /// <param name="variant">A rendition, full or the original.</param>
    /// <param name="format">The API name of the requested format, or null.</param>
    /// <param name="preference">The client's preferences, used if no format is requested; null for the default rendition.</param>
    public ImageVariant Find(ImageVariant variant, string? format, FormatPreference? preference) =>
        ImageVariant.Alternates.FirstOrDefault(alternate => alternate.Rendition == variant && alternate.Format!.Value.Name() == format)
        ?? (preference is null ? variant : Choose(FindStored(variant), preference));

    /// <summary>Finds the object of a rendition, full or the original. Thumbnails have separate rows.</summary>
    public ImageObject FindObject(ImageVariant variant)
    {
        var stored = FindStored(variant);
        var key = ObjectKey.For(Id, Revision, stored);
        if (stored == ImageVariant.Original)
        {
            return new ImageObject(Id, stored, key, OriginalBytes, Format.MediaType(), Crc32: null, FindBlocks(stored));
        }

        if (FindAlternate(stored) is { } alternate)
        {
            return new ImageObject(Id, stored, key, alternate.Bytes, alternate.ContentType, alternate.Crc32, FindBlocks(stored));
        }

        var rendition = FindRendition(stored);
        return new ImageObject(Id, stored, key, rendition.Bytes, rendition.ContentType, rendition.Crc32, FindBlocks(stored));
    }

    private uint[]? FindBlocks(ImageVariant stored) => BlockChecksums.Find(Blocks, stored);

    /// <summary>Returns the width and height of a rendition that the image has, or of full.</summary>
    public Box FindBox(ImageVariant rendition) => new(FindRendition(rendition).Width, FindRendition(rendition).Height);

    /// <summary>
    /// Finds when the bytes of a variant were written; null if that is not known, because they are of a later revision or were rendered after the upload. An
    /// earlier time would let a client keep, or continue, bytes that have been replaced (RFC 9110, sections 8.8.2 and 13.1.5).
    /// </summary>
    public DateTimeOffset? FindWriteTime(ImageVariant variant) =>
        variant == ImageVariant.Original && HasOriginal ? CreatedAt
        : Revision > 1 || variant.Rendition is not null || variant == ImageVariant.Large ? null
        : CreatedAt;

    /// <summary>Builds a strong entity tag, without quotes. The bytes of a tag never change.</summary>
    public string BuildETag(ImageVariant variant) => string.Create(CultureInfo.InvariantCulture, $"{Id:N}-{Revision}-{FindStored(variant).Name}");

    /// <summary>Chooses between a rendition and its alternates: the preferred format or, if several formats have the same rank, the smallest file.</summary>
    private ImageVariant Choose(ImageVariant rendition, FormatPreference preference) => Alternate.Read(Alternates)
        .Where(alternate => alternate.Variant.Rendition == rendition)
        .Select(alternate => (alternate.Variant, alternate.Bytes, Rank: preference.RankOf(alternate.Variant.Format!.Value)))
        .Where(choice => choice.Rank > 0)
        .Append((Variant: rendition, FindRendition(rendition).Bytes, Rank: preference.RankOf(FindRendition(rendition))))
        .OrderByDescending(choice => choice.Rank)
        .ThenBy(choice => choice.Bytes)
        .First().Variant;

    private Rendition FindRendition(ImageVariant variant) =>
        variant == ImageVariant.Low ? Low
        : variant == ImageVariant.Medium ? Medium
        : variant == ImageVariant.High ? High
        : variant == ImageVariant.Large ? Large!
        : Full;

    private Alternate? FindAlternate(ImageVariant variant) =>
        variant.Rendition is null ? null : Alternate.Read(Alternates).FirstOrDefault(alternate => alternate.Variant == variant);
}
