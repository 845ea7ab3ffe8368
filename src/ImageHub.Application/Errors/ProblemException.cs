using ImageHub.Application.Links;

namespace ImageHub.Application.Errors;

/// <summary>A failed request. The API maps it to a problem document (RFC 9457) in one place.</summary>
/// <param name="problem">The kind of problem.</param>
/// <param name="detail">The error, the rejected value and the allowed values.</param>
/// <param name="cause">The cause, for the log.</param>
public class ProblemException(Problem problem, string detail, Exception? cause = null) : Exception(detail, cause)
{
    /// <summary>The kind of problem.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>The time to wait before a retry; only for 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The id of the existing resource; only for duplicates.</summary>
    public Guid? ExistingId { get; init; }

    /// <summary>The number of bytes left in the owner's quota; only for an exceeded quota.</summary>
    public long? BytesLeft { get; init; }

    /// <summary>The address of the locked folder or file; only for WebDAV's locks.</summary>
    public string? LockedHref { get; init; }

    /// <summary>The preview of a link; only if the link's password is missing or wrong.</summary>
    public LinkPreview? Preview { get; init; }

    /// <summary>The errors by field; only for 400.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Creates a 400 that names one field.</summary>
    public static ProblemException Invalid(string field, string detail) => new(Problems.ValidationFailed, detail)
    {
        Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [detail] },
    };

    /// <summary>Creates a 400 for an unreadable body.</summary>
    public static ProblemException Malformed(string detail) => new(Problems.MalformedBody, detail)
    {
        Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["body"] = [detail] },
    };

    /// <summary>Creates a 503 for a disk that cannot be read or written.</summary>
    public static ProblemException DiskFailed() =>
        new(Problems.StorageUnavailable, "The server's disk cannot be read or written.") { RetryAfter = TimeSpan.FromMinutes(1) };

    /// <summary>Creates a 503 for bytes that are permanently lost. Retrying does not help.</summary>
    public static ProblemException ObjectLost() =>
        new(Problems.ObjectLost, "The file is lost or damaged in the store and cannot be restored from other files. Restore it from a backup.");

    /// <summary>Creates a 404 for a kind of resource.</summary>
    public static ProblemException NotFound(string what) => new(Problems.NotFound, $"There is no such {what}.");
}
