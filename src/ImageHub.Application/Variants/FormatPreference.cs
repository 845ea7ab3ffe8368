using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>
/// A client's ranking of a rendition's formats. A higher rank is better; 0 means not acceptable. There are few distinct values, so a response can be cached for
/// each.
/// </summary>
/// <param name="Avif">
/// The rank of AVIF. AVIF and WebP count only if the client names them, because programs that accept all formats often support only JPEG.
/// </param>
/// <param name="WebP">The rank of WebP instead of JPEG.</param>
/// <param name="Jpeg">The rank of a JPEG rendition.</param>
/// <param name="OnlyWebP">The rank of a WebP rendition of an image with alpha, which has no JPEG.</param>
public sealed record FormatPreference(int Avif, int WebP, int Jpeg, int OnlyWebP)
{
    internal int RankOf(ImageFormat alternate) => alternate == ImageFormat.Avif ? Avif : WebP;

    internal int RankOf(Rendition rendition) => rendition.ContentType == ImageFormat.WebP.MediaType() ? OnlyWebP : Jpeg;
}
