using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>The rendition formats that a request accepts if its address names neither a revision nor a format.</summary>
internal static class AcceptedFormats
{
    /// <summary>The query parameter that names a revision.</summary>
    private const string Revision = "r";

    /// <summary>The query parameter that names a format.</summary>
    private const string Format = "format";

    private static readonly FormatPreference AsItIs = new(Avif: 0, WebP: 0, Jpeg: 1, OnlyWebP: 1);

    /// <summary>The format preference for a rendition, or null if the address determines the bytes.</summary>
    public static FormatPreference? Find(HttpRequest request) =>
        request.Query.ContainsKey(Revision) || request.Query.ContainsKey(Format) ? null : Read(request);

    /// <summary>
    /// Follows RFC 9110, section 12.5.1. AVIF and WebP must be named explicitly to be preferred to JPEG: programs that support only JPEG also
    /// send wildcards.
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

        // Ranks replace qualities: one cache entry per quality would let a single client evict common responses.
        var ranks = qualities.Where(quality => quality > 0).Distinct().Order().ToList();
        return new FormatPreference(RankOf(0), RankOf(1), RankOf(2), RankOf(3));

        double? QualityOf(string type) => accepted.FirstOrDefault(value => value.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)) is { } found ? found.Quality ?? 1 : null;

        int RankOf(int format) => ranks.IndexOf(qualities[format]) + 1;
    }
}
