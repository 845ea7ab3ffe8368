namespace ImageHub.Application.Database;

/// <summary>The caller for whom this scope's connections are counted. Set before the scope first uses the database.</summary>
public sealed class ConnectionShare
{
    /// <summary>The caller's address; null for background jobs.</summary>
    public string? Caller { get; set; }
}
