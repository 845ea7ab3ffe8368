using ImageHub.Domain.Images;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>
/// Reads the caption of a picture from XMP, IPTC-IIM and EXIF, in this order. If IPTC-IIM was changed after XMP, it precedes XMP (Metadata Working Group
/// guidelines 2.0, 3.2). Each field comes from the first source that has it.
/// </summary>
internal static class EmbeddedCaption
{
    /// <summary>Reads the caption; null if there is none.</summary>
    /// <param name="metadata">The picture's metadata.</param>
    /// <param name="xmp">The packets of <paramref name="metadata"/>.</param>
    /// <param name="exif">The EXIF blocks of <paramref name="metadata"/>, read with <see cref="ExifList.Facts"/>.</param>
    internal static Caption? Read(KeptMetadata metadata, IEnumerable<XmpFacts> xmp, IEnumerable<ExifBlock> exif)
    {
        var iptc = metadata.Iptc.FirstOrDefault(block => IptcDataset.Read(block).Any(dataset => dataset.Record == 2)) ?? ByteSource.Empty;
        IEnumerable<Caption> ofXmp = xmp.Select(packet => packet.Caption);
        Caption[] ofIptc = [IptcCaption.Read(iptc)];
        return Combine([
            .. IptcCaption.IsNewerThanXmp(iptc, metadata.IptcDigest) ? ofIptc.Concat(ofXmp) : ofXmp.Concat(ofIptc),
            .. exif.Select(Read),
        ]);
    }

    /// <summary>Takes each field from the first caption that has it, cleaned and cut to its limit; null if no field is left.</summary>
    internal static Caption? Combine(IReadOnlyList<Caption> sources)
    {
        var caption = new Caption
        {
            Title = First(source => source.Title, Image.MaxTitleLength),
            Description = First(source => source.Description, Image.MaxDescriptionLength, keepsLines: true),
            Tags = sources.Select(source => CleanTags(source.Tags)).FirstOrDefault(tags => tags.Count > 0, []),
            Rating = sources.Select(source => source.Rating).FirstOrDefault(rating => rating is not null),
            Creator = First(source => source.Creator, Caption.MaxCreditLength),
            Copyright = First(source => source.Copyright, Caption.MaxCreditLength),
        };
        return caption.IsEmpty ? null : caption;

        string? First(Func<Caption, string?> find, int maxLength, bool keepsLines = false) => sources
            .Select(source => CaptionText.Clean(find(source), maxLength, keepsLines))
            .FirstOrDefault(text => text is not null && !CaptionText.IsAutomatic(text));
    }

    private static List<string> CleanTags(IReadOnlyList<string> tags) =>
        [.. tags.Select(tag => CaptionText.Clean(tag, Image.MaxTagLength)).OfType<string>().Distinct(StringComparer.Ordinal).Take(Image.MaxTags)];

    private static Caption Read(ExifBlock block)
    {
        return new Caption { Description = Find(ExifTag.ImageDescription), Creator = Find(ExifTag.Artist), Copyright = Find(ExifTag.Copyright) };

        // A photographer's and an editor's copyright are separated by a zero (EXIF 3.0 4.6.4).
        string? Find(ushort tag) => CaptionText.Join(IptcRights.Decode(block.Find(tag)).Split('\0'));
    }
}
