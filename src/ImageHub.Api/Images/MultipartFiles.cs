using System.Text;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Images;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Images;

/// <summary>Reads the files of a multipart/form-data body (RFC 7578) one after the other, without buffering them in memory.</summary>
internal sealed class MultipartFiles : IAsyncEnumerable<IncomingFile>
{
    private const string MediaType = "multipart/form-data";
    private const int MaxBoundaryLength = 256;
    private const int MaxFieldBytes = 16 * 1024;

    // The block size for reading, hashing and writing.
    private const int BufferSize = 64 * 1024;

    /// <summary>The form fields that contain tags.</summary>
    private static readonly string[] TagFields = ["tags", "category"];

    private readonly MultipartReader reader;
    private List<string> tags = [];

    private MultipartFiles(MultipartReader reader) => this.reader = reader;

    /// <summary>The tags after the last file, which apply to all files. Complete once all files have been read.</summary>
    public IReadOnlyList<string> TagsForAll { get; private set; } = [];

    /// <summary>The files of a request, each with the tags sent before it.</summary>
    /// <exception cref="ProblemException">415 for another media type, 400 without a usable boundary.</exception>
    public static MultipartFiles Read(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(Problems.UnsupportedMediaType, $"Content-Type is '{request.ContentType}'; it must be {MediaType} with a boundary.");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return boundary is { Length: > 0 and <= MaxBoundaryLength }
            ? new MultipartFiles(new MultipartReader(boundary, request.Body, BufferSize))
            : throw ProblemException.Invalid("Content-Type", $"Content-Type has no boundary of 1 to {MaxBoundaryLength} characters.");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerator<IncomingFile> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var hasFileSinceTags = false;
        while (await NextAsync(reader, cancellationToken) is { } section)
        {
            var (disposition, name, fileName) = ReadDisposition(section.ContentDisposition);

            // A malformed header may still identify a file; only its name is lost.
            var isFile = fileName is not null || (disposition is null && section.ContentDisposition?.Contains("filename", StringComparison.OrdinalIgnoreCase) == true);
            if (isFile)
            {
                hasFileSinceTags = true;
                yield return new IncomingFile(fileName, tags, new SectionStream(section.Body)) { PartName = name };
            }
            else if (TagFields.Contains(name, StringComparer.Ordinal))
            {
                // Consecutive fields add up; the first field after a file starts a new set.
                tags = hasFileSinceTags ? [] : tags;
                hasFileSinceTags = false;
                var text = await ReadFieldAsync(section.Body, cancellationToken);
                tags.AddRange(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(Image.MaxTags + 1 - tags.Count));
            }
        }

        TagsForAll = hasFileSinceTags ? [] : tags;
    }

    /// <summary>Reads the header that names a part; all values are null if it is malformed.</summary>
    private static (ContentDispositionHeaderValue? Header, string? Name, string? FileName) ReadDisposition(string? header)
    {
        try
        {
            return ContentDispositionHeaderValue.TryParse(header, out var parsed) ? (parsed, HeaderUtilities.RemoveQuotes(parsed.Name).Value, ReadFileName(parsed)) : default;
        }
        catch (Exception undecoded) when (undecoded is NotSupportedException or ArgumentException)
        {
            // The framework throws for UTF-7, which RFC 8187 and RFC 2047 allow, and for a parameter filename* without a value.
            return default;
        }
    }

    /// <summary>
    /// The file name as sent: <c>filename*</c> (RFC 6266), otherwise the raw bytes of <c>filename</c>, which browsers and curl send as UTF-8.
    /// </summary>
    private static string? ReadFileName(ContentDispositionHeaderValue disposition) => disposition switch
    {
        { FileNameStar: { Length: > 0 } star } => star.Value,
        { FileName: { Length: > 0 } plain } => HeaderUtilities.UnescapeAsQuotedString(plain).Value,
        _ => null,
    };

    private static Task<MultipartSection?> NextAsync(MultipartReader reader, CancellationToken cancellationToken) =>
        Guard(() => reader.ReadNextSectionAsync(cancellationToken));

    private static Task<string> ReadFieldAsync(Stream body, CancellationToken cancellationToken) => Guard(async () =>
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxFieldBytes
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw ProblemException.Malformed($"A tag field is longer than {MaxFieldBytes} bytes.");
    });

    /// <summary>Maps the errors of a malformed or truncated body to a client error.</summary>
    private static async Task<T> Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is InvalidDataException || (exception is IOException and not BadHttpRequestException && exception.GetType() == typeof(IOException)))
        {
            throw ProblemException.Malformed("The multipart body is malformed or ends without its closing boundary.");
        }
    }

    /// <summary>A part's content, with errors mapped by <see cref="Guard"/>.</summary>
    private sealed class SectionStream(Stream body) : ForwardStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Guard(async () => await body.ReadAsync(buffer, cancellationToken));
    }
}
