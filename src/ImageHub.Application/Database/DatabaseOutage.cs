using System.Data.Common;
using System.Net.Sockets;

namespace ImageHub.Application.Database;

/// <summary>Recognizes errors of an unavailable database, which a later attempt may not have.</summary>
public static class DatabaseOutage
{
    /// <summary>Whether an exception or one of its inner exceptions means that the database does not respond or has a temporary error.</summary>
    public static bool Explains(Exception? exception) => exception switch
    {
        null => false,
        DbException { IsTransient: true } => true,
        DbException { InnerException: SocketException or IOException or TimeoutException } => true,

        // None of several hosts is a primary that answers. The inner exception lists the attempts, and is null if no host was worth one.
        DbException { SqlState: null, InnerException: null or AggregateException } => true,
        _ => Explains(exception.InnerException),
    };
}
