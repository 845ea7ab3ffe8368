namespace ImageHub.Soak;

/// <summary>The plan of a soak.</summary>
/// <param name="Duration">The duration of the load.</param>
/// <param name="Load">The offered load, as a multiple of the rate that the server sustains.</param>
/// <param name="Rate">The rate that the server sustains, in actions per second; null if it is to be measured.</param>
/// <param name="Seed">The seed of the clients' choices.</param>
/// <param name="Folder">The folder in which the data directory is created.</param>
internal sealed record Plan(TimeSpan Duration, double Load, double? Rate, int Seed, string Folder)
{
    private static readonly TimeSpan MinMeasured = TimeSpan.FromMinutes(10);

    /// <summary>The duration of each measurement before the load: readers alone, and the sustained rate.</summary>
    public TimeSpan Calibration { get; } = TimeSpan.FromSeconds(Math.Clamp(Duration.TotalSeconds / 15, 3, 60));

    /// <summary>Whether the load lasts long enough to judge times and resources.</summary>
    public bool IsMeasured => Duration >= MinMeasured;
}
