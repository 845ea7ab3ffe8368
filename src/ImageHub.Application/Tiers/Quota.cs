using ImageHub.Application.Errors;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Tiers;

/// <summary>The storage quota of users.</summary>
internal static class Quota
{
    /// <summary>Throws if a file exceeds the remaining quota.</summary>
    /// <param name="tier">The owner's tier; null for no limit.</param>
    /// <param name="usedBytes">The number of bytes used.</param>
    /// <param name="bytes">The size of the original file.</param>
    /// <exception cref="ProblemException">413 <c>quotaExceeded</c> with the number of bytes left.</exception>
    public static void EnsureFits(Tier? tier, long usedBytes, long bytes)
    {
        if (tier?.BytesLeft(usedBytes) is { } left && bytes > left)
        {
            throw new ProblemException(
                Problems.QuotaExceeded, $"The file has {bytes} bytes; {left} of the {tier.QuotaBytes} bytes that the tier '{tier.Name}' allows are left.")
            { BytesLeft = left };
        }
    }
}
