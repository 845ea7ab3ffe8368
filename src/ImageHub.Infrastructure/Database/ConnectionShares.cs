using System.Data.Common;
using System.Threading.RateLimiting;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Limits each caller to half of the connection pool, so that connections remain for other callers. Further requests of the caller wait for one of these
/// connections. A scope uses one connection at a time, so no request waits for itself.
/// </summary>
internal sealed class ConnectionShares(NpgsqlDataSource source) : DbConnectionInterceptor, IDisposable
{
    /// <summary>The maximum number of waiting requests per caller.</summary>
    private const int MaxWaiting = 10_000;

    private readonly PartitionedRateLimiter<string> limiter = CreateLimiter(source);

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is ImageHubDb { Share.Caller: { } caller, Lease: null } db)
        {
            db.Lease = await TakeAsync(caller, db.StatementTimeout?.Value ?? StatementTimeout.Write, cancellationToken);
        }

        return result;
    }

    public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        Release(eventData.Context);
        return Task.CompletedTask;
    }

    public override void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Release(eventData.Context);

    public override Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Release(eventData.Context);
        return Task.CompletedTask;
    }

    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) => Release(eventData.Context);

    public void Dispose() => limiter.Dispose();

    private static PartitionedRateLimiter<string> CreateLimiter(NpgsqlDataSource source)
    {
        var options = new ConcurrencyLimiterOptions
        {
            PermitLimit = Math.Max(1, new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize / 2),
            QueueLimit = MaxWaiting,
        };
        return PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => options), StringComparer.Ordinal);
    }

    private static void Release(DbContext? context)
    {
        if (context is ImageHubDb db)
        {
            db.Lease?.Dispose();
            db.Lease = null;
        }
    }

    private async Task<RateLimitLease> TakeAsync(string caller, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(atMost);
        try
        {
            var lease = await limiter.AcquireAsync(caller, permitCount: 1, timeout.Token);
            return lease.IsAcquired ? lease : throw Busy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Busy();
        }
    }

    private static ProblemException Busy() => new(Problems.ServerBusy, "Other requests from this address use the database; try again in a moment.");
}
