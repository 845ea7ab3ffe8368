using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Web;

/// <summary>A file of the web app.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Forms">The encoded forms, smallest first; the last is the file itself.</param>
internal sealed record WebFile(string ContentType, IReadOnlyList<WebFileForm> Forms)
{
    /// <summary>The content coding with the smallest files.</summary>
    public const string Brotli = "br";

    /// <summary>A content coding that nearly all clients support.</summary>
    public const string Gzip = "gzip";

    private static readonly string[] Encodings = [Brotli, Gzip];

    /// <summary>The first form that the request accepts.</summary>
    public WebFileForm For(StringValues acceptEncoding)
    {
        var accepted = Parse(acceptEncoding);
        return Forms.First(form => form.Encoding is null || IsAccepted(accepted, form.Encoding));
    }

    /// <summary>The accepted content coding that produces the smallest files, or null.</summary>
    public static string? FindEncoding(StringValues acceptEncoding)
    {
        var accepted = Parse(acceptEncoding);
        return Array.Find(Encodings, encoding => IsAccepted(accepted, encoding));
    }

    private static IList<StringWithQualityHeaderValue> Parse(StringValues acceptEncoding) =>
        StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var values) ? values : [];

    private static bool IsAccepted(IList<StringWithQualityHeaderValue> accepted, string encoding) =>
        accepted.Any(value => value.Quality is not 0 && value.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A file on disk.</summary>
/// <param name="Path">The file's path.</param>
/// <param name="Encoding">The content coding, or null.</param>
/// <param name="ETag">A hash of the content, so that all instances use the same tag.</param>
internal sealed record WebFileForm(string Path, string? Encoding, EntityTagHeaderValue ETag);

/// <summary>
/// The web app's files, listed once: serving a file is a dictionary lookup, so that no other file on disk can be requested. Files are
/// compressed at build time.
/// </summary>
internal sealed class WebFiles
{
    private static readonly (string Extension, string Encoding)[] Compressed = [(".br", WebFile.Brotli), (".gz", WebFile.Gzip)];

    private readonly Dictionary<string, WebFile> files = new(StringComparer.Ordinal);

    /// <summary>Lists a folder. A missing folder has no files.</summary>
    public WebFiles(string? folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var types = new FileExtensionContentTypeProvider();
        var paths = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToHashSet(StringComparer.Ordinal);
        foreach (var path in paths.Where(path => !Array.Exists(Compressed, form => path.EndsWith(form.Extension, StringComparison.Ordinal) && paths.Contains(path[..^form.Extension.Length]))))
        {
            var type = types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
            var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)).AsSpan(0, 16));
            var forms = Compressed
                .Where(form => paths.Contains(path + form.Extension))
                .Select(form => new WebFileForm(path + form.Extension, form.Encoding, new EntityTagHeaderValue($"\"{hash}-{form.Encoding}\"")))
                .Append(new WebFileForm(path, null, new EntityTagHeaderValue($"\"{hash}\"")));
            files["/" + Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')] =
                new WebFile(type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type, [.. forms]);
        }
    }

    /// <summary>The file at a path such as <c>/assets/index-1a2b.js</c>, or null.</summary>
    public WebFile? Find(string path) => files.GetValueOrDefault(path);
}
