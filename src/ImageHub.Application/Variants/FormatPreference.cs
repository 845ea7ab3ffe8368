using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>
/// A client's ranking of a rendition's formats. A higher rank is better; 0 means not acceptable. There are few distinct values, so a response can be cached for
/// each. AVIF, and WebP beside a JPEG, are 0 unless the client names the format, because programs that accept all formats often support only JPEG.
/// </summary>
/// <param name="Avif">The rank of AVIF.</param>
/// <param name="WebP">The rank of WebP for an image that also has a JPEG.</param>
/// <param name="Jpeg">The rank of a JPEG rendition.</param>
/// <param name="OnlyWebP">The rank of a WebP rendition of an image with alpha, which has no JPEG.</param>
public sealed record FormatPreference(int Avif, int WebP, int Jpeg, int OnlyWebP)
{
    internal int RankOf(ImageFormat alternate) => alternate == ImageFormat.Avif ? Avif : WebP;

    internal int RankOf(Rendition rendition) => rendition.ContentType == ImageFormat.WebP.MediaType() ? OnlyWebP : Jpeg;
}
