using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.RateLimits;

/// <summary>Settings of limits on requests: section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "RateLimits";

    /// <summary>The limit for requests that record stock.</summary>
    public const string InventoryWrites = "InventoryWrites";

    /// <summary>The limit for requests that list stock records.</summary>
    public const string InventoryReads = "InventoryReads";

    /// <summary>The limit for requests that create archives. Requests with an API key are not counted.</summary>
    public const string Archives = "Archives";

    /// <summary>
    /// The address of a Redis instance for counts shared by all instances, in the format of StackExchange.Redis (<c>host:6379,password=…</c>);
    /// absent: each process counts separately.
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>The time limit for Redis commands in milliseconds, after which this process counts separately.</summary>
    [Range(10, 10_000)]
    public int RedisTimeoutMilliseconds { get; set; } = 250;

    /// <summary>
    /// The maximum number of concurrent requests without credentials from one address. Requests with an API key or a session, and requests for images, are not
    /// counted.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AtWorkPerAddress { get; set; } = 16;

    /// <summary>The maximum number of open connections from one address, other than those in <c>ForwardedHeaders__KnownProxies</c>.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsPerAddress { get; set; } = 500;

    /// <summary>The time limit for a database statement of a request that <see cref="AtWorkPerAddress"/> counts, in seconds.</summary>
    [Range(1, 600)]
    public int StatementSeconds { get; set; } = 5;

    /// <summary>
    /// The rate limit of each named route, for each API key, account or address. Names are case-insensitive. Other routes have no limit of their own.
    /// </summary>
    public IDictionary<string, ThrottleRate> Routes { get; } = new Dictionary<string, ThrottleRate>(StringComparer.OrdinalIgnoreCase)
    {
        [InventoryWrites] = new() { Burst = 10, PerMinute = 10 },
        [InventoryReads] = new() { Burst = 30, PerMinute = 30 },
        [Archives] = new() { Burst = 20, PerMinute = 20 },
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Routes.SelectMany(route => route.Value.Complaints($"{Section}:{nameof(Routes)}:{route.Key}"));
}
