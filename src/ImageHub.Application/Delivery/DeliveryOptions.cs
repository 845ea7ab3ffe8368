using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Delivery;

/// <summary>Settings for serving bytes: section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Delivery";

    /// <summary>How long caches may keep public bytes, in seconds.</summary>
    [Range(0, 31_536_000)]
    public int PublicMaxAgeSeconds { get; set; } = 86_400;

    /// <summary>The maximum size of the cache of public responses, in bytes: once in memory and once on disk. 0 disables the cache.</summary>
    [Range(0, 17_179_869_184)]
    public long KeptBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long cached responses are served to visitors while the database is unavailable, in seconds; 0 disables this.</summary>
    [Range(0, 31_536_000)]
    public int StaleSeconds { get; set; } = 3_600;

    /// <summary>
    /// The path of an <c>internal</c> location of the nginx in front, which reads the folder <c>objects</c> of the data directory and sends
    /// whole images itself; absent: this server sends them.
    /// </summary>
    [RegularExpression("^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+/?$", ErrorMessage = "it must be the path of a location, such as /objects/")]
    public string? AccelRedirect { get; set; }

    /// <summary>
    /// The group, by name or number, with which nginx reads the objects; absent: this server's own group or, if it runs as root,
    /// <c>www-data</c> or <c>nginx</c>.
    /// </summary>
    public string? AccelGroup { get; set; }
}
