namespace ImageHub.Application.Database;

/// <summary>How long a statement of this scope may take. To be set before the scope's first use of the database.</summary>
public sealed class StatementTimeout
{
    /// <summary>Of requests that read: with the time that cancelling takes, they are told of an outage within 5 s.</summary>
    public static readonly TimeSpan Read = TimeSpan.FromSeconds(2);

    /// <summary>Of requests that write, and of background jobs, which may wait for locks and change many rows.</summary>
    public static readonly TimeSpan Write = TimeSpan.FromSeconds(60);

    /// <summary>The limit in force.</summary>
    public TimeSpan Value { get; set; } = Write;

    /// <summary>When the database itself ends a statement; null: only the client gives up.</summary>
    public TimeSpan? AtServer { get; private set; }

    /// <summary>
    /// Lowers the limit, and has the database keep it, too: a little earlier, so that a statement which is slow is told from a database
    /// that does not answer.
    /// </summary>
    public void LimitAtServer(TimeSpan limit)
    {
        Value = limit < Value ? limit : Value;
        AtServer = Value - TimeSpan.FromMilliseconds(400);
    }
}
