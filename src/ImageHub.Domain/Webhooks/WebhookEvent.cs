namespace ImageHub.Domain.Webhooks;

/// <summary>What the owner's receiver is told of.</summary>
public enum WebhookKind
{
    /// <summary>A guest has submitted a choice.</summary>
    FavouritesSubmitted,

    /// <summary>Every file of an upload batch has its result.</summary>
    BatchFinished,

    /// <summary>An import has ended.</summary>
    ImportFinished,

    /// <summary>An object of an image is lost or changed and cannot be made again.</summary>
    ObjectLost,
}

/// <summary>Something that has happened, until the owner's receiver has taken it. It is written in the transaction of what it tells.</summary>
public sealed class WebhookEvent
{
    /// <summary>The most events of one kind that wait. Further ones are not kept, so that no kind takes the place of another.</summary>
    public const int MaxWaiting = 2_500;

    /// <summary>How long it is sent again; the last attempt is made then.</summary>
    public static readonly TimeSpan SentFor = TimeSpan.FromDays(1);

    /// <summary>How long nobody else sends an event that somebody is sending: longer than an attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>After the first attempt, the second and so on; the last one also after all further ones.</summary>
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

    /// <summary>What happened.</summary>
    public WebhookKind Kind { get; private init; }

    /// <summary>The JSON that is sent, the same at each attempt.</summary>
    public string Body { get; private init; } = "";

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>How many attempts were begun.</summary>
    public int Attempts { get; private init; }

    /// <summary>When the next attempt may be made; while one is under way, when somebody else may make it.</summary>
    public DateTimeOffset DueAt { get; private init; }

    /// <summary>When an event is sent again after an attempt that failed.</summary>
    /// <param name="at">When it happened.</param>
    /// <param name="attempts">How many attempts were begun: 1 or more.</param>
    /// <param name="now">The time.</param>
    /// <returns>Never later than <see cref="SentFor"/> after it happened; null: it is given up.</returns>
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
