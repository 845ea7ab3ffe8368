using ImageHub.Application.Errors;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Tiers;

/// <summary>What a user may keep.</summary>
internal static class Quota
{
    /// <summary>Fails when a file is larger than what is left.</summary>
    /// <param name="tier">The owner's tier; null: no limit.</param>
    /// <param name="usedBytes">What the owner keeps already.</param>
    /// <param name="bytes">The file as sent.</param>
    /// <exception cref="ProblemException">413 <c>quotaExceeded</c>, with what is left.</exception>
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
