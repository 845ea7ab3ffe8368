using System.ComponentModel.DataAnnotations;

namespace ImageHub.Infrastructure;

/// <summary>Settings of the stop: section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Shutdown";

    /// <summary>How long requests in flight may go on after the service was asked to stop, in seconds; 0: not at all.</summary>
    [Range(0, 3_600)]
    public int DeadlineSeconds { get; set; } = 30;
}
