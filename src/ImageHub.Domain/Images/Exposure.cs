namespace ImageHub.Domain.Images;

/// <summary>The exposure settings recorded by the camera.</summary>
/// <param name="Lens">The lens model, or null.</param>
/// <param name="FocalLengthMm">The actual focal length in millimetres, or null.</param>
/// <param name="FNumber">The f-number, such as 4 for f/4, or null.</param>
/// <param name="Seconds">The exposure time in seconds, or null.</param>
/// <param name="Iso">The ISO sensitivity, or null.</param>
public sealed record Exposure(string? Lens, double? FocalLengthMm, double? FNumber, double? Seconds, int? Iso)
{
    /// <summary>The maximum length of a lens name, in characters.</summary>
    public const int MaxLensLength = 100;

    /// <summary>The largest plausible focal length, in millimetres.</summary>
    public const double MaxFocalLengthMm = 100_000;

    /// <summary>The largest plausible f-number, for a pinhole camera.</summary>
    public const double MaxFNumber = 2_000;

    /// <summary>The longest plausible exposure, in seconds: a year.</summary>
    public const double MaxSeconds = 31_536_000;

    /// <summary>The highest plausible sensitivity.</summary>
    public const int MaxIso = 100_000_000;

    /// <summary>No settings are recorded.</summary>
    public static readonly Exposure Unknown = new(null, null, null, null, null);
}
