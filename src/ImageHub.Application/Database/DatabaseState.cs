namespace ImageHub.Application.Database;

/// <summary>The state of the database since this process started.</summary>
public sealed class DatabaseState
{
    private volatile bool isPrepared;

    /// <summary>Whether the database has the current schema and an admin. Before that, the database may be reachable but have an older schema.</summary>
    public bool IsPrepared
    {
        get => isPrepared;
        set => isPrepared = value;
    }
}
