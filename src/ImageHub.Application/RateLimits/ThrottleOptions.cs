using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.RateLimits;

/// <summary>Settings of what one account may do how often: section <c>Throttles</c>.</summary>
public sealed class ThrottleOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Throttles";

    /// <summary>Files uploaded or announced.</summary>
    [Required]
    public ThrottleRate Uploads { get; set; } = new() { Burst = 12_000, PerMinute = 6_000 };

    /// <summary>Links made.</summary>
    [Required]
    public ThrottleRate Links { get; set; } = new() { Burst = 200, PerMinute = 60 };

    /// <summary>Requests for thumbnails.</summary>
    [Required]
    public ThrottleRate Thumbnails { get; set; } = new() { Burst = 20_000, PerMinute = 6_000 };

    internal ThrottleRate Find(Throttle throttle) => throttle switch
    {
        Throttle.Uploads => Uploads,
        Throttle.Links => Links,
        _ => Thumbnails,
    };
}

/// <summary>A token bucket.</summary>
public sealed class ThrottleRate
{
    /// <summary>How many at once, after a rest.</summary>
    [Range(1, 10_000_000)]
    public int Burst { get; set; }

    /// <summary>How many a minute, sustained.</summary>
    [Range(1, 10_000_000)]
    public int PerMinute { get; set; }
}
