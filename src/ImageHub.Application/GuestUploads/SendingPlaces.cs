using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;

namespace ImageHub.Application.GuestUploads;

/// <summary>
/// Limits how many files one guest sends to this process at the same time. The limit of concurrent requests for each IP address does not apply to uploads,
/// because uploads last long and the guests of an event often share an address.
/// </summary>
internal sealed class SendingPlaces
{
    /// <summary>The maximum number of files that a guest sends at once. The web app sends two.</summary>
    private const int PerGuest = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, int> taken = [];

    /// <summary>Takes a slot for a guest. Accounts need no slot.</summary>
    /// <returns>The slot, which the caller releases by disposing it; null for an account.</returns>
    /// <exception cref="ProblemException">429 if all slots of the guest are taken.</exception>
    public IDisposable? Take(Uploader uploader)
    {
        if (uploader.GuestId is not { } guestId)
        {
            return null;
        }

        lock (gate)
        {
            var others = taken.GetValueOrDefault(guestId);
            if (others >= PerGuest)
            {
                throw new ProblemException(Problems.TooManyRequests, $"{PerGuest} files of this guest are being sent, which is the maximum.") { RetryAfter = Pause };
            }

            taken[guestId] = others + 1;
        }

        return new Place(this, guestId);
    }

    private void GiveBack(Guid guestId)
    {
        lock (gate)
        {
            if (--taken[guestId] == 0)
            {
                taken.Remove(guestId);
            }
        }
    }

    private sealed class Place(SendingPlaces places, Guid guestId) : IDisposable
    {
        public void Dispose() => places.GiveBack(guestId);
    }
}
