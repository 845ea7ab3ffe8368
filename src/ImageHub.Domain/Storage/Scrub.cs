namespace ImageHub.Domain.Storage;

/// <summary>How far the check of all objects has come: one row.</summary>
public sealed class Scrub
{
    /// <summary>The only id.</summary>
    public const int OnlyId = 1;

    private Scrub()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>When the present pass began, or the last one where none is under way.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>The last image that the present pass has checked; null: none is under way.</summary>
    public Guid? LastImageId { get; private set; }

    /// <summary>When the last pass through all objects ended; null: none has.</summary>
    public DateTimeOffset? CheckedAt { get; private set; }

    /// <summary>Before the first pass.</summary>
    public static Scrub Begin(DateTimeOffset now) => new() { StartedAt = now, LastImageId = Guid.Empty };

    /// <summary>Begins the next pass.</summary>
    public void BeginAgain(DateTimeOffset now) => (StartedAt, LastImageId) = (now, Guid.Empty);

    /// <summary>Goes on behind an image.</summary>
    public void Pass(Guid imageId) => LastImageId = imageId;

    /// <summary>Ends the pass: there is no further image.</summary>
    public void End(DateTimeOffset now) => (LastImageId, CheckedAt) = (null, now);
}
