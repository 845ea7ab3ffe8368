using ImageHub.Application.Errors;
using ImageHub.Domain.Uploads;

namespace ImageHub.Application.Uploads;

/// <summary>
/// Limits how many files of one guest or one user this process receives at the same time: a file takes space in the staging folder before it counts against
/// a quota. The limit of concurrent requests for each IP address does not apply to uploads, because uploads last long and the guests of an event
/// often share an address.
/// </summary>
internal sealed class SendingPlaces
{
    /// <summary>The maximum number of files that a guest sends at once. The web app sends two.</summary>
    private const int PerGuest = 6;

    /// <summary>The maximum number of files that a user sends at once. The web app sends six files or three requests with small files.</summary>
    private const int PerUser = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, int> taken = [];

    /// <summary>Takes a slot for a guest. Accounts need no slot here.</summary>
    /// <returns>The slot, which the caller releases by disposing it; null for an account.</returns>
    /// <exception cref="ProblemException">429 if all slots of the guest are taken.</exception>
    public IDisposable? Take(Uploader uploader) => uploader.GuestId is { } guest ? Take(guest, PerGuest, "guest") : null;

    /// <summary>Takes a slot for a user. Admins, editors, imports and guests need no slot here.</summary>
    /// <returns>The slot, which the caller releases by disposing it; null if none is needed.</returns>
    /// <exception cref="ProblemException">429 if all slots of the user are taken.</exception>
    public IDisposable? Take(UploadTarget target) => target is { Tier: not null, AddedBy: { } user } ? Take(user, PerUser, "account") : null;

    private Place Take(Guid sender, int most, string kind)
    {
        lock (gate)
        {
            var others = taken.GetValueOrDefault(sender);
            if (others >= most)
            {
                throw new ProblemException(Problems.TooManyRequests, $"{most} files of this {kind} are being sent, which is the maximum.") { RetryAfter = Pause };
            }

            taken[sender] = others + 1;
        }

        return new Place(this, sender);
    }

    private void GiveBack(Guid sender)
    {
        lock (gate)
        {
            if (--taken[sender] == 0)
            {
                taken.Remove(sender);
            }
        }
    }

    private sealed class Place(SendingPlaces places, Guid sender) : IDisposable
    {
        public void Dispose() => places.GiveBack(sender);
    }
}
