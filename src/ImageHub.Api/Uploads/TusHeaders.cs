using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Api.Requests;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Application.Uploads;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ImageHub.Api.Uploads;

/// <summary>Tells the OpenAPI document that a route reads the headers of a creation request, and optionally bytes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TusCreationAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route reads bytes and their offset.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TusAppendAttribute : Attribute;

/// <summary>Rejects requests with another tus version (tus 1.0, Tus-Resumable). OPTIONS needs no version.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TusVersionAttribute : Attribute, IResourceFilter, IPassesUnknownParameters
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var request = context.HttpContext.Request;
        if (!HttpMethods.IsOptions(request.Method) && request.Headers[TusHeaders.Resumable] != TusHeaders.Version)
        {
            throw new ProblemException(
                Problems.UnsupportedTusVersion, $"{TusHeaders.Resumable} is '{request.Headers[TusHeaders.Resumable]}'; this server supports {TusHeaders.Version}.");
        }
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}

/// <summary>The headers of tus 1.0 and ImageHub's additional headers.</summary>
internal static class TusHeaders
{
    public const string Resumable = "Tus-Resumable";
    public const string Version = "1.0.0";
    private const string SupportedVersions = "Tus-Version";
    private const string Offset = "Upload-Offset";
    private const string Length = "Upload-Length";
    private const string Metadata = "Upload-Metadata";
    private const string Checksums = "Upload-Checksum";
    private const string Expires = "Upload-Expires";
    private const string Extensions = "Tus-Extension";
    private const string MaxSize = "Tus-Max-Size";
    private const string ChecksumAlgorithms = "Tus-Checksum-Algorithm";
    private const string ImageId = "ImageHub-Image-Id";
    private const string Duplicate = "ImageHub-Duplicate";
    private const string ContentType = "application/offset+octet-stream";

    /// <summary>The maximum length of the metadata in characters. The metadata is stored with the upload.</summary>
    private const int MaxMetadataLength = 4_096;

    /// <summary>The response headers.</summary>
    public static IReadOnlyList<string> Answered { get; } = [Offset, Length, Metadata, Expires, Resumable, SupportedVersions, Extensions, MaxSize, ChecksumAlgorithms, ImageId, Duplicate];

    /// <summary>The supported checksum algorithms. The specification requires sha1.</summary>
    private static readonly Dictionary<string, (HashAlgorithmName Name, int Bytes)> Algorithms = new(StringComparer.Ordinal)
    {
        ["sha1"] = (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
        ["sha256"] = (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
    };

    /// <summary>Sends the version in every response, including errors, and applies the method override of clients that can only send POST.</summary>
    public static void UseTus(this WebApplication app) => app.UseWhen(
        context => IsTus(context.Request.Path),
        tus =>
        {
            tus.UseHttpMethodOverride();
            tus.Use((context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers[Resumable] = Version;
                    if (context.Response.StatusCode == StatusCodes.Status412PreconditionFailed)
                    {
                        context.Response.Headers[SupportedVersions] = Version;
                    }

                    return Task.CompletedTask;
                });
                return next(context);
            });
        });

    /// <summary>Whether a path is a resumable upload of an account or of a link's guest.</summary>
    private static bool IsTus(PathString path) =>
        path.StartsWithSegments(TusUpload.Path, StringComparison.OrdinalIgnoreCase)
        || (path.StartsWithSegments("/api/v1/shared", StringComparison.OrdinalIgnoreCase, out var rest)
            && rest.Value!.Split('/') is ["", _, var uploads, var tus, _]
            && $"{uploads}/{tus}".Equals("uploads/tus", StringComparison.OrdinalIgnoreCase));

    /// <summary>Writes the response to OPTIONS.</summary>
    public static void WriteAbilities(IHeaderDictionary headers, long maxBytes)
    {
        headers[SupportedVersions] = Version;
        headers[Extensions] = "creation,creation-with-upload,checksum,termination,expiration";
        headers[MaxSize] = maxBytes.ToString(CultureInfo.InvariantCulture);
        headers[ChecksumAlgorithms] = string.Join(',', Algorithms.Keys);
    }

    /// <summary>Writes the state of an upload.</summary>
    public static void WriteState(IHeaderDictionary headers, TusUpload upload)
    {
        headers[Offset] = upload.Offset.ToString(CultureInfo.InvariantCulture);
        headers[Expires] = upload.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
        if (upload.ImageId is { } imageId)
        {
            headers[ImageId] = imageId.ToString();
        }

        if (upload.IsDuplicate)
        {
            headers[Duplicate] = Problems.DuplicateContent.Code;
        }
    }

    /// <summary>Writes the announced file size and the metadata as sent (tus 1.0, Upload-Metadata).</summary>
    public static void WriteCreation(IHeaderDictionary headers, TusUpload upload)
    {
        headers[Length] = upload.Bytes.ToString(CultureInfo.InvariantCulture);
        if (upload.Metadata is not null)
        {
            headers[Metadata] = upload.Metadata;
        }
    }

    /// <summary>Whether a creation request has a body.</summary>
    /// <exception cref="ProblemException">415.</exception>
    public static bool HasBody(HttpRequest request)
    {
        if (request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding"))
        {
            return false;
        }

        EnsureContentType(request);
        return true;
    }

    /// <summary>Throws if the body does not have the media type of tus.</summary>
    /// <exception cref="ProblemException">415.</exception>
    public static void EnsureContentType(HttpRequest request)
    {
        if (request.ContentType != ContentType)
        {
            throw new ProblemException(Problems.UnsupportedMediaType, $"Content-Type is '{request.ContentType}'; send the bytes of a resumable upload as {ContentType}.");
        }
    }

    /// <summary>Reads the offset of the bytes.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static long ReadOffset(HttpRequest request) => ReadNumber(request, Offset);

    /// <summary>Reads the headers of a creation request.</summary>
    /// <exception cref="ProblemException">400; 404 if the id of the group is malformed.</exception>
    public static CreateTusUpload ReadCreation(HttpRequest request)
    {
        if (request.Headers.ContainsKey("Upload-Defer-Length") || request.Headers.ContainsKey("Upload-Concat"))
        {
            throw ProblemException.Invalid(Length, "Upload-Defer-Length and Upload-Concat are not supported; send the whole file's size as Upload-Length.");
        }

        var sent = request.Headers[Metadata].ToString();
        if (!Ascii.IsValid(sent) || sent.Any(char.IsControl))
        {
            // HEAD repeats the metadata in a response header, which is ASCII (RFC 9110, section 5.5).
            throw ProblemException.Invalid(Metadata, "Upload-Metadata has characters that are not ASCII; keys are ASCII and values are base64.");
        }

        if (sent.Length > MaxMetadataLength)
        {
            throw ProblemException.Invalid(Metadata, $"{Metadata} has {sent.Length} characters; at most {MaxMetadataLength} are allowed.");
        }

        var metadata = ReadMetadata(sent);
        var fileName = metadata.GetValueOrDefault("filename") ?? metadata.GetValueOrDefault("name");
        if (string.IsNullOrEmpty(fileName))
        {
            throw ProblemException.Invalid(Metadata, "Upload-Metadata has no filename; send it as 'filename' and the name in base64.");
        }

        var groupId = metadata.GetValueOrDefault("groupId") switch
        {
            null or "" => (Guid?)null,
            var id => IdText.TryParse(id, out var parsed) ? parsed : throw ProblemException.NotFound("group"),
        };
        var sha256 = metadata.GetValueOrDefault("sha256");
        return sha256 is null || Sha256Text.IsValid(sha256)
            ? new CreateTusUpload(fileName, ReadNumber(request, Length), groupId, sha256, sent)
            : throw ProblemException.Invalid(Metadata, "sha256 in Upload-Metadata is not a SHA-256 hash; send 64 hexadecimal digits.");
    }

    /// <summary>Reads the body's checksum, or null.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static Checksum? ReadChecksum(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Checksums, out var sent))
        {
            return null;
        }

        var parts = sent.ToString().Split(' ', 2);
        if (parts.Length == 2 && Algorithms.TryGetValue(parts[0], out var algorithm) && TryDecode(parts[1]) is { } value && value.Length == algorithm.Bytes)
        {
            return new Checksum(algorithm.Name, value);
        }

        throw ProblemException.Invalid(Checksums, $"{Checksums} is '{sent}'; send {string.Join(" or ", Algorithms.Keys)}, a space and the hash in base64.");
    }

    /// <summary>Reads comma-separated pairs of a key and a base64 value; a key may have no value (tus 1.0, Upload-Metadata).</summary>
    private static Dictionary<string, string> ReadMetadata(string sent)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in sent.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split(' ', 2);
            try
            {
                metadata[parts[0]] = parts.Length == 1 ? "" : StrictUtf8.GetString(TryDecode(parts[1]) ?? throw Unreadable(parts[0]));
            }
            catch (DecoderFallbackException)
            {
                throw Unreadable(parts[0]);
            }
        }

        return metadata;
    }

    private static ProblemException Unreadable(string key) => ProblemException.Invalid(Metadata, $"{key} in Upload-Metadata is not UTF-8 text in base64.");

    private static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static byte[]? TryDecode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    private static long ReadNumber(HttpRequest request, string name)
    {
        var sent = request.Headers[name].ToString();
        return long.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ProblemException.Invalid(name, sent.Length == 0 ? $"{name} is missing; send a number of bytes." : $"{name} is '{sent}'; it is a number of bytes, 0 or more.");
    }
}
