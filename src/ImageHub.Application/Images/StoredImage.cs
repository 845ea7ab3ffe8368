using System.Globalization;
using System.Linq.Expressions;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>What serving an image's bytes needs of its row.</summary>
internal sealed record StoredImage(
    Guid Id,
    int Revision,
    Guid? OwnerId,
    bool IsPublished,
    string FileName,
    DateTimeOffset CreatedAt,
    ImageFormat Format,
    long OriginalBytes,
    bool HasOriginal,
    Rendition Low,
    Rendition Medium,
    Rendition High,
    Rendition Full,
    byte[]? Alternates,
    byte[] Blocks,
    bool HasDamages)
{
    /// <summary>From a row, in the database.</summary>
    public static readonly Expression<Func<Image, StoredImage>> Projection = image => new StoredImage(
        image.Id,
        image.Revision,
        image.OwnerId,
        image.IsPublished,
        image.FileName,
        image.CreatedAt,
        image.Format,
        image.OriginalBytes,
        image.HasOriginal,
        image.Low,
        image.Medium,
        image.High,
        image.Full,
        image.Alternates,
        image.Blocks,
        image.Damages.Any());

    private static readonly Func<Image, StoredImage> Compiled = Projection.Compile();

    /// <summary>From a row that was read as a whole, without its damages.</summary>
    public static StoredImage From(Image image, bool hasDamages) => Compiled(image) with { HasDamages = hasDamages };

    /// <summary>
    /// The variant whose object has the bytes of another one: the original is an object of its own only where it differs from full, and a rendition
    /// stands in for an alternate that does not exist.
    /// </summary>
    public ImageVariant FindStored(ImageVariant variant) =>
        variant == ImageVariant.Original && !HasOriginal ? ImageVariant.Full
        : variant.Rendition is { } rendition && FindAlternate(variant) is null ? rendition
        : variant;

    /// <summary>Of low, medium or high the alternate of a format, else the one that a client likes best, else the rendition itself; of full and the original themselves.</summary>
    /// <param name="variant">Low, medium, high, full or the original.</param>
    /// <param name="format">The API name of the format that is asked for, or null.</param>
    /// <param name="preference">What the client likes where it asks for none; null: it is to get the rendition itself.</param>
    public ImageVariant Find(ImageVariant variant, string? format, FormatPreference? preference) =>
        ImageVariant.Alternates.FirstOrDefault(alternate => alternate.Rendition == variant && alternate.Format!.Value.Name() == format)
        ?? (preference is null ? variant : Choose(variant, preference));

    /// <summary>The object of low, medium, high, full or the original; thumbnails are objects with rows of their own.</summary>
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

    /// <summary>The width and height of low, medium or high.</summary>
    public Box FindBox(ImageVariant rendition) => new(FindRendition(rendition).Width, FindRendition(rendition).Height);

    /// <summary>A strong entity tag, without quotes: bytes never change behind one.</summary>
    public string BuildETag(ImageVariant variant) => string.Create(CultureInfo.InvariantCulture, $"{Id:N}-{Revision}-{FindStored(variant).Name}");

    /// <summary>Of a rendition and its alternates the one that a client likes best; of those that it likes as much, the smallest.</summary>
    private ImageVariant Choose(ImageVariant rendition, FormatPreference preference) => Alternate.Read(Alternates)
        .Where(alternate => alternate.Variant.Rendition == rendition)
        .Select(alternate => (alternate.Variant, alternate.Bytes, Rank: preference.RankOf(alternate.Variant.Format!.Value)))
        .Where(choice => choice.Rank > 0)
        .Append((Variant: rendition, FindRendition(rendition).Bytes, Rank: preference.RankOf(FindRendition(rendition))))
        .OrderByDescending(choice => choice.Rank)
        .ThenBy(choice => choice.Bytes)
        .First().Variant;

    private Rendition FindRendition(ImageVariant variant) =>
        variant == ImageVariant.Low ? Low : variant == ImageVariant.Medium ? Medium : variant == ImageVariant.High ? High : Full;

    private Alternate? FindAlternate(ImageVariant variant) =>
        variant.Rendition is null ? null : Alternate.Read(Alternates).FirstOrDefault(alternate => alternate.Variant == variant);
}
