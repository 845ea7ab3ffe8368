namespace ImageHub.Domain.Images;

/// <summary>How a picture was exposed, as far as the camera has recorded it.</summary>
/// <param name="Lens">The lens's model, or null.</param>
/// <param name="FocalLengthMm">The real focal length in millimetres, or null.</param>
/// <param name="FNumber">The aperture: 4 for f/4, or null.</param>
/// <param name="Seconds">The exposure time, or null.</param>
/// <param name="Iso">The sensitivity, or null.</param>
public sealed record Exposure(string? Lens, double? FocalLengthMm, double? FNumber, double? Seconds, int? Iso)
{
    /// <summary>The longest name of a lens, in characters.</summary>
    public const int MaxLensLength = 100;

    /// <summary>The longest focal length that is believed, in millimetres.</summary>
    public const double MaxFocalLengthMm = 100_000;

    /// <summary>The largest f-number that is believed: that of a pinhole.</summary>
    public const double MaxFNumber = 2_000;

    /// <summary>The longest exposure that is believed, in seconds: a year.</summary>
    public const double MaxSeconds = 31_536_000;

    /// <summary>The highest sensitivity that is believed.</summary>
    public const int MaxIso = 100_000_000;

    /// <summary>Nothing is recorded.</summary>
    public static readonly Exposure Unknown = new(null, null, null, null, null);
}
