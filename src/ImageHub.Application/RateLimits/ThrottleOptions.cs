using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.RateLimits;

/// <summary>Settings of what one account may do how often: section <c>Throttles</c>.</summary>
public sealed class ThrottleOptions : IValidatableObject
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

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Enum.GetValues<Throttle>().SelectMany(throttle => Find(throttle).Complaints($"{Section}:{throttle}"));

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
    private const int Most = 10_000_000;

    /// <summary>How many at once, after a rest.</summary>
    public int Burst { get; set; }

    /// <summary>How many a minute, sustained.</summary>
    public int PerMinute { get; set; }

    /// <summary>What is wrong with it: validation by attributes does not look into values of an options class.</summary>
    internal IEnumerable<ValidationResult> Complaints(string key)
    {
        if (Burst is < 1 or > Most)
        {
            yield return new ValidationResult($"{key}:{nameof(Burst)}: it must be a whole number from 1 to {Most}", [nameof(Burst)]);
        }

        if (PerMinute is < 1 or > Most)
        {
            yield return new ValidationResult($"{key}:{nameof(PerMinute)}: it must be a whole number from 1 to {Most}", [nameof(PerMinute)]);
        }
    }
}
