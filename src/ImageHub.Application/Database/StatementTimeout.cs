namespace ImageHub.Application.Database;

/// <summary>The statement timeout of this scope. Set it before the scope first uses the database.</summary>
public sealed class StatementTimeout
{
    /// <summary>The limit for read requests. Together with the time for cancellation, it lets the server report an outage within 5 s.</summary>
    public static readonly TimeSpan Read = TimeSpan.FromSeconds(2);

    /// <summary>The limit for write requests and background jobs, which may wait for locks and change many rows.</summary>
    public static readonly TimeSpan Write = TimeSpan.FromSeconds(60);

    /// <summary>The current limit.</summary>
    public TimeSpan Value { get; set; } = Write;

    /// <summary>The limit that the database itself enforces; null if only the client enforces a limit.</summary>
    public TimeSpan? AtServer { get; private set; }

    /// <summary>
    /// Lowers the limit, and makes the database enforce it slightly earlier than the client. A slow statement can then be distinguished from a
    /// database that does not respond.
    /// </summary>
    public void LimitAtServer(TimeSpan limit)
    {
        Value = limit < Value ? limit : Value;
        AtServer = Value - TimeSpan.FromMilliseconds(400);
    }
}
