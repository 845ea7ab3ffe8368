using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Storage;

/// <summary>The kind of object store.</summary>
public enum StorageProvider
{
    /// <summary>A folder of the data directory.</summary>
    FileSystem,

    /// <summary>An S3 bucket.</summary>
    S3,
}

/// <summary>How images of published groups are delivered from S3.</summary>
public enum S3Delivery
{
    /// <summary>Through this server.</summary>
    Proxy,

    /// <summary>By a redirect to a URL presigned for 60 s. Non-public images are still proxied.</summary>
    Redirect,
}

/// <summary>Settings of the object store: section <c>Storage</c>.</summary>
public sealed class StorageOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Storage";

    /// <summary><c>FileSystem</c> or <c>S3</c>.</summary>
    public StorageProvider Provider { get; set; }

    /// <summary>The bucket for <c>S3</c>.</summary>
    public S3Options? S3 { get; set; }

    /// <summary>The number of days in which all objects are read once and verified; 0: never.</summary>
    [Range(0, 365)]
    public int ScrubDays { get; set; } = 7;

    /// <summary>
    /// Whether to store the original file, too, if it differs from <c>full</c>, as nearly every camera's file does. If false, the originals of new
    /// uploads are not stored, and <c>original</c> returns the bytes of <c>full</c>.
    /// </summary>
    public bool KeepOriginals { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider != StorageProvider.S3)
        {
            foreach (var (name, value) in new[] { ("ServiceUrl", S3?.ServiceUrl), ("Bucket", S3?.Bucket), ("AccessKey", S3?.AccessKey), ("SecretKey", S3?.SecretKey) })
            {
                if (!string.IsNullOrWhiteSpace(value))
                {
                    yield return new ValidationResult($"it is {Provider}, but Storage:S3:{name} is set; set Storage__Provider=S3, or remove the settings of S3", [nameof(Provider)]);
                }
            }

            yield break;
        }

        if (S3 is null || !Uri.TryCreate(S3.ServiceUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult("it must be an absolute http or https address", ["S3:ServiceUrl"]);
        }

        foreach (var (name, value) in new[] { ("Bucket", S3?.Bucket), ("AccessKey", S3?.AccessKey), ("SecretKey", S3?.SecretKey) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return new ValidationResult("it must not be empty with Storage:Provider S3", [$"S3:{name}"]);
            }
        }
    }
}

/// <summary>An S3 bucket: section <c>Storage:S3</c>.</summary>
public sealed class S3Options
{
    /// <summary>The server's address.</summary>
    public string ServiceUrl { get; set; } = "";

    /// <summary>The bucket; it must exist.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The access key's id.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The secret key.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>The region for signatures.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Whether the bucket is in the path rather than in the host name.</summary>
    public bool ForcePathStyle { get; set; } = true;

    /// <summary>How images of published groups are delivered.</summary>
    public S3Delivery Delivery { get; set; }
}
