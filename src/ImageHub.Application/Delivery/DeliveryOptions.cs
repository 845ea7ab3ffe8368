using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Delivery;

/// <summary>Settings of how bytes are served: section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Delivery";

    /// <summary>How long caches may keep public bytes, in seconds.</summary>
    [Range(0, 31_536_000)]
    public int PublicMaxAgeSeconds { get; set; } = 86_400;
}
