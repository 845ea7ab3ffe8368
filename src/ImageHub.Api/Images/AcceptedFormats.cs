using ImageHub.Application.Images;
using ImageHub.Domain.Images;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>The formats of a rendition that a request accepts, where its address names neither a revision nor a format.</summary>
internal static class AcceptedFormats
{
    /// <summary>The query parameter that names a revision.</summary>
    private const string Revision = "r";

    /// <summary>The query parameter that names a format.</summary>
    private const string Format = "format";

    private static readonly FormatPreference AsItIs = new(Avif: 0, WebP: 0, Jpeg: 1, OnlyWebP: 1);

    /// <summary>What the request likes of low, medium or high; null where its address says which bytes it gets.</summary>
    public static FormatPreference? Find(HttpRequest request) =>
        request.Query.ContainsKey(Revision) || request.Query.ContainsKey(Format) ? null : Read(request);

    /// <summary>
    /// By RFC 9110, section 12.5.1. AVIF and WebP have to be named to be sent in place of JPEG: the wildcards of programs that show no more than JPEG do not mean them.
    /// </summary>
    private static FormatPreference Read(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) || accepted.Count == 0)
        {
            return AsItIs;
        }

        var (avif, webP) = (QualityOf(ImageFormat.Avif.MediaType()), QualityOf(ImageFormat.WebP.MediaType()));
        var others = QualityOf("image/*") ?? QualityOf("*/*") ?? 0;
        double[] qualities = [avif ?? 0, webP ?? 0, QualityOf(ImageFormat.Jpeg.MediaType()) ?? others, webP ?? others];

        // Ranks in place of qualities: a kept answer for each quality would let one client push out what others ask for.
        var ranks = qualities.Where(quality => quality > 0).Distinct().Order().ToList();
        return new FormatPreference(RankOf(0), RankOf(1), RankOf(2), RankOf(3));

        double? QualityOf(string type) => accepted.FirstOrDefault(value => value.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)) is { } found ? found.Quality ?? 1 : null;

        int RankOf(int format) => ranks.IndexOf(qualities[format]) + 1;
    }
}
