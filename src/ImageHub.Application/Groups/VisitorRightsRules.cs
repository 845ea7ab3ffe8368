using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Groups;

namespace ImageHub.Application.Groups;

/// <summary>The rules for the rights of visitors and guests.</summary>
internal static class VisitorRightsRules
{
    /// <summary>
    /// Checks values for a group or link. If they require a watermark, the transaction acquires a lock. Until the transaction ends, no other transaction can
    /// remove the site's watermark.
    /// </summary>
    /// <param name="db">The database, in a transaction.</param>
    /// <param name="downloads">The files that may be downloaded; null for a link that follows its group.</param>
    /// <param name="hasWatermark">Whether a watermark is required; null for a link that follows its group.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">400 that names <c>watermark</c>; 409 <c>noWatermark</c>.</exception>
    public static async Task EnsureMayGrantAsync(this IImageHubDb db, Downloads? downloads, bool? hasWatermark, CancellationToken cancellationToken)
    {
        if (hasWatermark != true)
        {
            return;
        }

        if (downloads == Downloads.Full)
        {
            throw ProblemException.Invalid("watermark", "watermark is true while downloads is 'full'; the full size has no watermark, so downloads must be 'high' or 'none'.");
        }

        if ((await db.Locks.ShareSiteAsync(cancellationToken)).Watermark is null)
        {
            throw new ProblemException(Problems.NoWatermark, "watermark is true, but the site has no watermark; set one first (PATCH site).");
        }
    }
}
