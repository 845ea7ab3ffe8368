using System.Data.Common;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ImageHub.Application.Database;

/// <summary>Recognizes errors of an unavailable database. A later attempt may succeed.</summary>
public static partial class DatabaseOutage
{
    // PostgreSQL, appendix A.
    private const string InsufficientPrivilege = "42501";

    /// <summary>Whether an exception or one of its inner exceptions means that the database does not respond or has a temporary error.</summary>
    public static bool Explains(Exception? exception) => exception switch
    {
        null => false,
        DbException { IsTransient: true } => true,

        // On a read-only disk the server cannot open its own files. It reports a missing privilege (errcode_for_file_access in PostgreSQL's elog.c).
        DbException { SqlState: InsufficientPrivilege } refused when refused.Data["File"] is "md.c" or "fd.c" or "slru.c" or "xlog.c" => true,
        DbException { InnerException: SocketException or IOException or TimeoutException } => true,

        // None of several hosts is a primary that responds. The inner exception lists the attempts, and is null if no host was tried.
        DbException { SqlState: null, InnerException: null or AggregateException } => true,

        // The connection was lost. Between two statements, Npgsql reports a transaction that is already completed. At the start of a statement, Npgsql
        // sometimes reads the state of the connection that it has just closed.
        InvalidOperationException or NullReferenceException when exception.Source == "Npgsql" => true,

        _ when IsProtocolError(exception) => true,
        _ => Explains(exception.InnerException),
    };

    /// <summary>
    /// Whether an exception or one of its inner exceptions comes from the database: an outage, or a statement that the database refused. A cancelled statement
    /// is not an error.
    /// </summary>
    public static bool IsDatabaseError(Exception? exception) => exception is not (null or OperationCanceledException) && (exception is DbException || Explains(exception) || IsDatabaseError(exception.InnerException));

    /// <summary>
    /// Whether an exception or one of its inner exceptions means that PostgreSQL's answers do not belong to the statement. Npgsql closes such a connection.
    /// The cause may be a mistake in this program, so the exception is logged with its stack trace.
    /// </summary>
    public static bool IsProtocolError(Exception? exception) => exception is not null
        && ((exception.Source == "Npgsql" && ProtocolError().IsMatch(exception.Message)) || IsProtocolError(exception.InnerException));

    /// <summary>The exception that a log line needs for its stack trace; null for an outage, which has no cause in this program.</summary>
    public static Exception? ForLog(Exception exception) => Explains(exception) && !IsProtocolError(exception) ? null : exception;

    /// <summary>Finds the reason for a log line: the database's own message instead of a message that only wraps it, such as one of Entity Framework.</summary>
    public static string FindReason(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException error)
            {
                return Describe(error);
            }
        }

        return Explains(exception) ? exception.GetBaseException().Message : exception.Message;
    }

    /// <summary>The message with its cause: a message of Npgsql often only says what was interrupted. After several hosts failed, one message for each.</summary>
    private static string Describe(DbException error)
    {
        if (error.InnerException is AggregateException several)
        {
            return string.Join("; ", several.InnerExceptions.Select(FindReason));
        }

        var cause = error.GetBaseException();
        return error.Message.Contains(cause.Message.TrimEnd('.'), StringComparison.Ordinal) ? error.Message : $"{error.Message}: {cause.Message}";
    }

    // Npgsql's messages about answers that it does not expect. Npgsql also begins other messages with "Internal Npgsql bug".
    [GeneratedRegex("^(Received unexpected |Received backend message |Unknown message code: |Internal Npgsql bug: .*(BackendMessageCode|TransactionStatus))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ProtocolError();
}
