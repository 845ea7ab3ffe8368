using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.RateLimits;

/// <summary>Settings of limits on requests: section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "RateLimits";

    /// <summary>The limit of requests that record stock.</summary>
    public const string InventoryWrites = "InventoryWrites";

    /// <summary>The limit of requests that list records of stock.</summary>
    public const string InventoryReads = "InventoryReads";

    /// <summary>The limit of requests that have archives made. Those with an API key are not counted.</summary>
    public const string Archives = "Archives";

    /// <summary>The address of a Redis that all instances count in, as StackExchange.Redis takes it (<c>host:6379,password=…</c>); absent: each process counts for itself.</summary>
    public string? Redis { get; set; }

    /// <summary>How long, in milliseconds, a request may wait for an answer of Redis before this process counts for itself.</summary>
    [Range(10, 10_000)]
    public int RedisTimeoutMilliseconds { get; set; } = 250;

    /// <summary>How many requests without credentials from one address may be at work at a time. Those with an API key or a session are not counted.</summary>
    [Range(1, 1_000_000)]
    public int AtWorkPerAddress { get; set; } = 16;

    /// <summary>How long, in seconds, a database statement for such a request may take.</summary>
    [Range(1, 600)]
    public int StatementSeconds { get; set; } = 5;

    /// <summary>What one client may ask of a route, by the route's name in any case. A route without an entry has no limit of its own.</summary>
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
