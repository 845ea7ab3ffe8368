namespace ImageHub.Domain.Webhooks;

/// <summary>The events that are sent to the owner's webhook receiver.</summary>
public enum WebhookKind
{
    /// <summary>A guest has submitted favourites.</summary>
    FavouritesSubmitted,

    /// <summary>Every file of an account's upload batch has a result.</summary>
    BatchFinished,

    /// <summary>An import has ended.</summary>
    ImportFinished,

    /// <summary>An object of an image is lost or corrupt and cannot be restored.</summary>
    ObjectLost,

    /// <summary>Every file of a guest's upload batch has a result, and at least one is a new photo.</summary>
    GuestUploadFinished,
}

/// <summary>An event to be delivered to the owner's receiver. It is written in the transaction of the change that it reports.</summary>
public sealed class WebhookEvent
{
    /// <summary>
    /// The maximum number of pending events of one kind. Further events of this kind are dropped. The limit is per kind, so that events of one kind cannot
    /// crowd out other kinds.
    /// </summary>
    public const int MaxWaiting = 2_500;

    /// <summary>How long delivery is retried; the last attempt takes place at the end of this time.</summary>
    public static readonly TimeSpan SentFor = TimeSpan.FromDays(1);

    /// <summary>How long an event is reserved for the instance that delivers it: longer than an attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>The delays after the first, second and later attempts; the final delay repeats.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(10),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(4),
        TimeSpan.FromHours(8),
    ];

    private WebhookEvent()
    {
    }

    /// <summary>UUIDv7; the same at each attempt.</summary>
    public Guid Id { get; private init; }

    /// <summary>The kind of event.</summary>
    public WebhookKind Kind { get; private init; }

    /// <summary>The JSON body, the same at each attempt.</summary>
    public string Body { get; private init; } = "";

    /// <summary>When the event happened.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>The number of attempts started.</summary>
    public int Attempts { get; private init; }

    /// <summary>When the next attempt is due; during an attempt, the time at which another instance may retry.</summary>
    public DateTimeOffset DueAt { get; private init; }

    /// <summary>Computes the time of the next attempt after a failed one.</summary>
    /// <param name="at">When the event happened.</param>
    /// <param name="attempts">The number of attempts started, at least 1.</param>
    /// <param name="now">The current time.</param>
    /// <returns>At most <see cref="SentFor"/> after the event; null if no further attempt is made.</returns>
    public static DateTimeOffset? FindNextAttempt(DateTimeOffset at, int attempts, DateTimeOffset now)
    {
        var last = at + SentFor;
        if (now >= last)
        {
            return null;
        }

        var next = now + Pauses[Math.Min(attempts, Pauses.Length) - 1];
        return next < last ? next : last;
    }
}
