using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Backups;

/// <summary>Settings of scheduled backups: section <c>Backup</c>.</summary>
public sealed class BackupOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Backup";

    private const int MinPassphrase = 12;

    /// <summary>The time of a daily backup in UTC, such as `02:30`; empty: no scheduled backups.</summary>
    public string Schedule { get; set; } = "";

    /// <summary>The folder for scheduled backups, as an absolute path, the same for all instances, or `s3://bucket/prefix`; required with a schedule.</summary>
    public string Target { get; set; } = "";

    /// <summary>The backups to keep after a scheduled backup, such as `7d,4w,12m`: the newest of each of the last days, weeks and months; empty: all.</summary>
    public string Keep { get; set; } = "";

    /// <summary>
    /// The passphrase that encrypts the key of the data directory in backups; empty: backups in folders contain the key unencrypted, and backups in buckets do
    /// not contain it.
    /// </summary>
    public string Passphrase { get; set; } = "";

    /// <summary>
    /// The path of a PEM file with the key that signs manifests: ECDSA on the curve P-256. For verifying and restoring, the public key is enough. Empty:
    /// backups are not signed.
    /// </summary>
    public string SigningKey { get; set; } = "";

    /// <summary>The server of buckets for backups.</summary>
    public BackupS3Options? S3 { get; set; }

    /// <summary>The settings that a bucket needs, for error messages.</summary>
    public const string NeededForBuckets = "Backup__S3__ServiceUrl, an absolute http or https address, with Backup__S3__AccessKey and Backup__S3__SecretKey, or else Storage__S3__…, with Storage__Provider S3";

    /// <summary>The parsed <see cref="Schedule"/>; null: no scheduled backups.</summary>
    internal TimeOnly? Time => ParseTime(Schedule);

    /// <summary>The parsed <see cref="Keep"/>; null: all.</summary>
    internal BackupRetention? Retention => BackupRetention.TryParse(Keep, out var retention) ? retention : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Schedule.Length > 0 && Time is null)
        {
            yield return new ValidationResult($"it is '{Schedule}'; it must be a time of day in UTC from 00:00 to 23:59, such as 02:30", [nameof(Schedule)]);
        }

        if (Target.Length > 0 ? !(BucketTarget.IsMeant(Target) ? BucketTarget.TryParse(Target, out _) : Path.IsPathFullyQualified(Target)) : Schedule.Length > 0)
        {
            yield return new ValidationResult($"it is '{Target}'; with {Section}:{nameof(Schedule)} it must be the absolute path of a folder, such as /backups, or {BucketTarget.Allowed}", [nameof(Target)]);
        }

        if (Passphrase.Length is > 0 and < MinPassphrase)
        {
            yield return new ValidationResult(string.Create(CultureInfo.InvariantCulture, $"it has {Passphrase.Length} characters; it must have at least {MinPassphrase}"), [nameof(Passphrase)]);
        }

        if (FindKeyError() is { } error)
        {
            yield return new ValidationResult(error, [nameof(SigningKey)]);
        }

        if (Keep.Length > 0 && Retention is null)
        {
            yield return new ValidationResult($"it is '{Keep}'; it must be {BackupRetention.Allowed}", [nameof(Keep)]);
        }
    }

    private string? FindKeyError()
    {
        try
        {
            ManifestKey.Read(SigningKey)?.Dispose();
            return null;
        }
        catch (BackupException wrong)
        {
            return wrong.Message.TrimEnd('.');
        }
    }

    /// <summary>
    /// Finds the server of buckets. If the address is not set, the server is the store's server, and the store's values apply to the other settings that are
    /// not set. The store's keys are sent to no other server.
    /// </summary>
    /// <param name="store">The store's bucket; null if the store is a folder.</param>
    /// <returns>The server, without a bucket; null if values are missing.</returns>
    public S3Options? FindServer(S3Options? store)
    {
        var shared = string.IsNullOrEmpty(S3?.ServiceUrl) ? store : null;
        var server = new S3Options
        {
            ServiceUrl = shared?.ServiceUrl ?? S3?.ServiceUrl ?? "",
            AccessKey = S3?.AccessKey ?? shared?.AccessKey ?? "",
            SecretKey = S3?.SecretKey ?? shared?.SecretKey ?? "",
            Region = S3?.Region ?? shared?.Region ?? new S3Options().Region,
            ForcePathStyle = S3?.ForcePathStyle ?? shared?.ForcePathStyle ?? new S3Options().ForcePathStyle,
        };
        return Uri.TryCreate(server.ServiceUrl, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && server.AccessKey.Length > 0 && server.SecretKey.Length > 0 ? server : null;
    }

    private static TimeOnly? ParseTime(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}

/// <summary>The server of buckets for backups: section <c>Backup:S3</c>.</summary>
public sealed class BackupS3Options
{
    /// <summary>The server's address; empty: `Storage__S3` supplies the address and each of the following settings that is not set.</summary>
    public string? ServiceUrl { get; set; }

    /// <summary>The access key's id.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret key.</summary>
    public string? SecretKey { get; set; }

    /// <summary>The region for signatures; empty: `us-east-1`.</summary>
    public string? Region { get; set; }

    /// <summary>Whether the bucket is in the path rather than in the host name; empty: true.</summary>
    public bool? ForcePathStyle { get; set; }
}
