using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Health;

/// <summary>Checks the service's dependencies. Concurrent callers share one check, so that a hanging dependency is not called again.</summary>
internal sealed class HealthChecks(IServiceScopeFactory scopes, IObjectStore store, IRateLimiter limiter, IOptions<BackupOptions> backups, TimeProvider clock, ILogger<HealthChecks> logger)
{
    /// <summary>The result for a working dependency.</summary>
    public const string Ok = "ok";

    private const string Unreachable = "unreachable";

    private const string Preparing = "preparing";

    // The response is due within 3 s.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Check database = new(token => AskDatabaseAsync(scopes, token), TimeSpan.Zero, clock, logger);

    // The check writes a file, or calls an external service that may charge for it.
    private readonly Check storage = new(token => AskStoreAsync(store, token), TimeSpan.FromSeconds(10), clock, logger);

    private readonly Check? redis = limiter.IsShared ? new(_ => AskRedisAsync(limiter), TimeSpan.Zero, clock, logger) : null;

    private readonly Check? backup = backups.Value.Schedule.Length > 0 ? new(token => AskBackupAsync(scopes, token), TimeSpan.FromSeconds(10), clock, logger) : null;

    /// <summary>The state of each dependency: <see cref="Ok"/> or a word for the failure. Redis and backups are null if not configured.</summary>
    public async Task<(string Database, string Storage, string? Redis, string? Backup)> AskAsync()
    {
        var (asked, stored, counted, backedUp) = (database.AskAsync(), storage.AskAsync(), redis?.AskAsync(), backup?.AskAsync());
        return (await asked, await stored, counted is null ? null : await counted, backedUp is null ? null : await backedUp);
    }

    private static async Task<string> AskDatabaseAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<StatementTimeout>().Value = StatementTimeout.Read;
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        if (!scope.ServiceProvider.GetRequiredService<DatabaseState>().IsPrepared)
        {
            await db.Database.ExecuteSqlAsync($"SELECT 1", cancellationToken);
            return Preparing;
        }

        // A database restored under a running server accepts connections before its tables exist.
        return await db.Users.AnyAsync(cancellationToken) ? Ok : Preparing;
    }

    private static async Task<string> AskBackupAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<StatementTimeout>().Value = StatementTimeout.Read;
        return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new GetLastBackup(), cancellationToken)).IsOverdue ? "overdue" : Ok;
    }

    private static async Task<string> AskStoreAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await store.CheckAsync(cancellationToken);
        return Ok;
    }

    private static async Task<string> AskRedisAsync(IRateLimiter limiter) => await limiter.PingAsync() ? Ok : Unreachable;

    /// <summary>The most recent result of one check.</summary>
    private sealed class Check(Func<CancellationToken, Task<string>> ask, TimeSpan freshFor, TimeProvider clock, ILogger<HealthChecks> logger)
    {
        private readonly Lock gate = new();
        private Task<string>? last;
        private long asked;

        public async Task<string> AskAsync()
        {
            try
            {
                return await Current().WaitAsync(Timeout, clock);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                return "timeout";
            }
            catch (Exception exception) when (exception is ProblemException or InvalidOperationException || DatabaseOutage.IsDatabaseError(exception))
            {
                return Unreachable;
            }
        }

        private Task<string> Current()
        {
            lock (gate)
            {
                if (last is null || (last.IsCompleted && clock.GetElapsedTime(asked) >= freshFor))
                {
                    asked = clock.GetTimestamp();
                    last = Task.Run(AskOnceAsync);
                }

                return last;
            }
        }

        /// <summary>
        /// Cancels the check at the time limit of its callers. Otherwise, a dependency that has recovered would count as hanging until the client library times
        /// out.
        /// </summary>
        private async Task<string> AskOnceAsync()
        {
            using var limit = new CancellationTokenSource(Timeout, clock);
            try
            {
                return await ask(limit.Token);
            }
            catch (Exception exception) when (DatabaseOutage.IsProtocolError(exception))
            {
                logger.LogError(exception, "The database's answers do not belong to the statement of a health check");
                return Unreachable;
            }
        }
    }
}
