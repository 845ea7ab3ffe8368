namespace ImageHub.Application.Database;

/// <summary>How far the database is since this program was started.</summary>
public sealed class DatabaseState
{
    private volatile bool isPrepared;

    /// <summary>Whether it has the schema that this program needs, and an admin. It may be reachable, and have an older schema, long before.</summary>
    public bool IsPrepared
    {
        get => isPrepared;
        set => isPrepared = value;
    }
}
