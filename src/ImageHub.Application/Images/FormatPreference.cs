using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>
/// Which formats of a rendition a client prefers: ranks, the higher the better; 0: it does not want it. Only few differ from each other, so that answers can be
/// kept for each.
/// </summary>
/// <param name="Avif">AVIF. Like WebP it counts only where the client names it: programs that accept anything often show no more than JPEG.</param>
/// <param name="WebP">WebP in place of JPEG.</param>
/// <param name="Jpeg">A rendition that is JPEG.</param>
/// <param name="OnlyWebP">A rendition that is WebP, because it has alpha.</param>
public sealed record FormatPreference(int Avif, int WebP, int Jpeg, int OnlyWebP)
{
    internal int RankOf(ImageFormat alternate) => alternate == ImageFormat.Avif ? Avif : WebP;

    internal int RankOf(Rendition rendition) => rendition.ContentType == ImageFormat.WebP.MediaType() ? OnlyWebP : Jpeg;
}
