namespace ImageHub.Application.RateLimits;

/// <summary>Settings of limits on requests: section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "RateLimits";

    /// <summary>The address of a Redis that all instances count in, as StackExchange.Redis takes it (<c>host:6379,password=…</c>); absent: each process counts for itself.</summary>
    public string? Redis { get; set; }
}
