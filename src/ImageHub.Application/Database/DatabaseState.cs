namespace ImageHub.Application.Database;

/// <summary>The state of the database since this process started.</summary>
public sealed class DatabaseState
{
    private volatile bool isPrepared;

    /// <summary>Whether the database has the current schema and an admin. It may be reachable with an older schema before.</summary>
    public bool IsPrepared
    {
        get => isPrepared;
        set => isPrepared = value;
    }
}
