using System.Net.Mime;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>Reads sidecars from request bodies.</summary>
internal static class SidecarBodies
{
    /// <summary>The media type of XMP (XMP part 3, 1.1).</summary>
    public const string Xmp = "application/rdf+xml";

    /// <summary>The media type of a sidecar with this file name.</summary>
    public static string FindMediaType(string name) => SidecarNames.FindKind(name) == SidecarKind.Xmp ? Xmp : MediaTypeNames.Application.Json;

    /// <summary>Reads the body as a sidecar of the stated media type.</summary>
    /// <exception cref="ProblemException">415 for another media type.</exception>
    public static async Task<PutSidecar> ReadAsync(HttpRequest request, Guid imageId, bool onlyMissing, CancellationToken cancellationToken)
    {
        var kind = MediaTypeHeaderValue.TryParse(request.ContentType, out var sent) ? sent.MediaType.Value?.ToLowerInvariant() : null;
        if (kind is not (Xmp or MediaTypeNames.Application.Json))
        {
            throw new ProblemException(
                Problems.UnsupportedMediaType,
                $"Content-Type is '{request.ContentType}'; {Xmp} (XMP) and {MediaTypeNames.Application.Json} (Google Takeout) are allowed.");
        }

        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, cancellationToken);
        return new PutSidecar(imageId, kind == Xmp ? SidecarKind.Xmp : SidecarKind.Takeout, content.ToArray(), onlyMissing);
    }
}
