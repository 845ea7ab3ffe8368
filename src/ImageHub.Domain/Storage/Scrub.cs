namespace ImageHub.Domain.Storage;

/// <summary>The progress of the check of all objects. The table has a single row.</summary>
public sealed class Scrub
{
    /// <summary>The id of the single row.</summary>
    public const int OnlyId = 1;

    private Scrub()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>When the current pass started, or the latest pass if none is running.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>The last image checked in the current pass; null if no pass is running.</summary>
    public Guid? LastImageId { get; private set; }

    /// <summary>When the latest pass ended; null if no pass has ended yet.</summary>
    public DateTimeOffset? CheckedAt { get; private set; }

    /// <summary>The state before the first pass.</summary>
    public static Scrub Begin(DateTimeOffset now) => new() { StartedAt = now, LastImageId = Guid.Empty };

    /// <summary>Starts the next pass.</summary>
    public void BeginAgain(DateTimeOffset now) => (StartedAt, LastImageId) = (now, Guid.Empty);

    /// <summary>Records an image as checked.</summary>
    public void Pass(Guid imageId) => LastImageId = imageId;

    /// <summary>Ends the pass after the last image.</summary>
    public void End(DateTimeOffset now) => (LastImageId, CheckedAt) = (null, now);
}
