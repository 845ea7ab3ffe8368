using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.RateLimits;

/// <summary>Settings of rate limits by account: section <c>Throttles</c>.</summary>
public sealed class ThrottleOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Throttles";

    /// <summary>Uploading or announcing files.</summary>
    [Required]
    public ThrottleRate Uploads { get; set; } = new() { Burst = 12_000, PerMinute = 6_000 };

    /// <summary>Creating links.</summary>
    [Required]
    public ThrottleRate Links { get; set; } = new() { Burst = 200, PerMinute = 60 };

    /// <summary>Requesting thumbnails.</summary>
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

    /// <summary>The capacity: the maximum number at once.</summary>
    public int Burst { get; set; }

    /// <summary>The sustained number per minute.</summary>
    public int PerMinute { get; set; }

    /// <summary>
    /// Finds errors in the values. Attributes cannot be used, because the validation of an options class does not check the attributes of nested objects.
    /// </summary>
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
