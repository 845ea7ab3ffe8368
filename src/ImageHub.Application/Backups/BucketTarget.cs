using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ImageHub.Application.Backups;

/// <summary>A bucket for backups.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Prefix">The start of the keys, which is empty or ends with a slash.</param>
public sealed partial record BucketTarget(string Bucket, string Prefix)
{
    /// <summary>The form of a target, for error messages.</summary>
    public const string Allowed = "s3://bucket or s3://bucket/prefix, with letters, digits, '.', '_' and '-' between the slashes";

    /// <summary>Whether a target is meant to be a bucket instead of a folder.</summary>
    public static bool IsMeant(string target) => target.Contains("://", StringComparison.Ordinal);

    /// <summary>Parses a target such as <c>s3://bucket/prefix</c>.</summary>
    public static bool TryParse(string target, [NotNullWhen(true)] out BucketTarget? bucket)
    {
        var match = TargetForm.Match(target);
        var prefix = match.Groups["prefix"].Value.Trim('/');
        bucket = match.Success && !prefix.Split('/').Any(segment => segment is "." or "..") ? new BucketTarget(match.Groups["bucket"].Value, prefix.Length > 0 ? prefix + "/" : "") : null;
        return bucket is not null;
    }

    [GeneratedRegex(@"\As3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?<prefix>(/[A-Za-z0-9._-]+)*)/?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TargetForm { get; }
}
