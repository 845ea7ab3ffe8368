namespace ImageHub.Application.Database;

/// <summary>The statement timeout of this scope. Set before the scope first uses the database.</summary>
public sealed class StatementTimeout
{
    /// <summary>For read requests: including the time for cancellation, clients are told of an outage within 5 s.</summary>
    public static readonly TimeSpan Read = TimeSpan.FromSeconds(2);

    /// <summary>For write requests and background jobs, which may wait for locks and change many rows.</summary>
    public static readonly TimeSpan Write = TimeSpan.FromSeconds(60);

    /// <summary>The current limit.</summary>
    public TimeSpan Value { get; set; } = Write;

    /// <summary>The limit enforced by the database itself; null if only the client enforces one.</summary>
    public TimeSpan? AtServer { get; private set; }

    /// <summary>
    /// Lowers the limit and lets the database enforce it, too, slightly earlier, so that a slow statement can be distinguished from a database
    /// that does not respond.
    /// </summary>
    public void LimitAtServer(TimeSpan limit)
    {
        Value = limit < Value ? limit : Value;
        AtServer = Value - TimeSpan.FromMilliseconds(400);
    }
}
