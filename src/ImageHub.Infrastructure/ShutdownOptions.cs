using System.ComponentModel.DataAnnotations;

namespace ImageHub.Infrastructure;

/// <summary>Settings of the shutdown: section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Shutdown";

    /// <summary>The time limit for requests in flight after the service was asked to stop, in seconds; 0 ends them immediately.</summary>
    [Range(0, 3_600)]
    public int DeadlineSeconds { get; set; } = 30;
}
