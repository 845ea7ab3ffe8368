using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>
/// A client's ranking of a rendition's formats: the higher the better, 0 for not acceptable. The few distinct values allow responses to be
/// cached for each.
/// </summary>
/// <param name="Avif">AVIF. Like WebP it counts only if named explicitly: programs that accept anything often support only JPEG.</param>
/// <param name="WebP">WebP instead of JPEG.</param>
/// <param name="Jpeg">A JPEG rendition.</param>
/// <param name="OnlyWebP">A WebP rendition of an image with alpha.</param>
public sealed record FormatPreference(int Avif, int WebP, int Jpeg, int OnlyWebP)
{
    internal int RankOf(ImageFormat alternate) => alternate == ImageFormat.Avif ? Avif : WebP;

    internal int RankOf(Rendition rendition) => rendition.ContentType == ImageFormat.WebP.MediaType() ? OnlyWebP : Jpeg;
}
