using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.GuestUploads;

/// <summary>A guest who sends photos.</summary>
/// <param name="GuestId">The guest.</param>
/// <param name="LinkId">The guest's link; an empty id if the guest has been removed.</param>
internal sealed record GuestOfLink(Guid GuestId, Guid LinkId)
{
    /// <summary>Finds a guest's link; null without a guest.</summary>
    public static async Task<GuestOfLink?> FindAsync(IImageHubDb db, Guid? guestId, CancellationToken cancellationToken) => guestId is { } id
        ? new GuestOfLink(id, await db.UploadGuests.Where(guest => guest.Id == id).Select(guest => guest.LinkId).SingleOrDefaultAsync(cancellationToken))
        : null;
}
