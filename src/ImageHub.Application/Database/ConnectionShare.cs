namespace ImageHub.Application.Database;

/// <summary>The caller of this scope. Database connections are limited per caller. Set the caller before the scope first uses the database.</summary>
public sealed class ConnectionShare
{
    /// <summary>The caller's address; null for background jobs.</summary>
    public string? Caller { get; set; }
}
