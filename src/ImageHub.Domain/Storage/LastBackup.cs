namespace ImageHub.Domain.Storage;

/// <summary>The kind of place that a backup is in.</summary>
public enum BackupTarget
{
    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A bucket.</summary>
    Bucket,
}

/// <summary>The latest finished backup. The table has a single row.</summary>
public sealed class LastBackup
{
    /// <summary>The id of the single row.</summary>
    public const int OnlyId = 1;

    private LastBackup()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>The time of the database's snapshot.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>The kind of place.</summary>
    public BackupTarget Target { get; private set; }

    /// <summary>The number of objects in the backup.</summary>
    public long Objects { get; private set; }

    /// <summary>The total size of these objects, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of objects that the store has lost and that the backup lacks.</summary>
    public long Lost { get; private set; }

    /// <summary>The row of the first backup.</summary>
    public static LastBackup Begin() => new();

    /// <summary>Records a backup.</summary>
    public void Record(DateTimeOffset at, BackupTarget target, long objects, long bytes, long lost) => (At, Target, Objects, Bytes, Lost) = (at, target, objects, bytes, lost);
}
