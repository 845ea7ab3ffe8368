namespace ImageHub.Application.Database;

/// <summary>Whom the connections of this scope are counted for. To be set before the scope's first use of the database.</summary>
public sealed class ConnectionShare
{
    /// <summary>The caller's address; null: nobody, as in a background job.</summary>
    public string? Caller { get; set; }
}
