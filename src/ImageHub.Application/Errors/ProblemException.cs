using ImageHub.Application.Links;

namespace ImageHub.Application.Errors;

/// <summary>A request that cannot be met. It ends as a problem document (RFC 9457) in one place of the API.</summary>
/// <param name="problem">Which problem.</param>
/// <param name="detail">What was wrong, with which value, and what is allowed.</param>
/// <param name="cause">What the log is told besides.</param>
public class ProblemException(Problem problem, string detail, Exception? cause = null) : Exception(detail, cause)
{
    /// <summary>Which problem.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>When to try again; only for 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The row that is in the way, for duplicates.</summary>
    public Guid? ExistingId { get; init; }

    /// <summary>How many bytes the owner may still keep, for an exceeded quota.</summary>
    public long? BytesLeft { get; init; }

    /// <summary>What a link shows before its password.</summary>
    public LinkPreview? Preview { get; init; }

    /// <summary>What is wrong, by field; only for 400.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>A 400 that names one field.</summary>
    public static ProblemException Invalid(string field, string detail) => new(Problems.ValidationFailed, detail)
    {
        Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [detail] },
    };

    /// <summary>A 400 for a body that cannot be read.</summary>
    public static ProblemException Malformed(string detail) => new(Problems.MalformedBody, detail)
    {
        Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["body"] = [detail] },
    };

    /// <summary>A 503 of a disk that is full or broken.</summary>
    public static ProblemException DiskFailed() =>
        new(Problems.StorageUnavailable, "The server's disk cannot be written to.") { RetryAfter = TimeSpan.FromMinutes(1) };

    /// <summary>A 503 of bytes that are gone for good; waiting does not help.</summary>
    public static ProblemException ObjectLost() =>
        new(Problems.ObjectLost, "The file is lost or damaged in the store, and nothing is left to make it again from. Only a backup can bring it back.");

    /// <summary>A 404 for a kind of thing.</summary>
    public static ProblemException NotFound(string what) => new(Problems.NotFound, $"There is no such {what}.");
}
