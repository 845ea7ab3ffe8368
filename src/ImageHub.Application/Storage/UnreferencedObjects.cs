using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Storage;

/// <summary>Deletes objects without a row.</summary>
internal sealed class UnreferencedObjects(IObjectStore store, IServiceScopeFactory scopes, TimeProvider clock, ILogger<UnreferencedObjects> logger)
{
    /// <summary>Deletes objects. If the store fails, records the keys, so that <see cref="DeleteOrphanedObjects"/> tries again.</summary>
    /// <returns>Whether the objects have been deleted.</returns>
    public async Task<bool> TryDeleteAsync(IReadOnlyCollection<string> keys)
    {
        if (keys.Count == 0)
        {
            return true;
        }

        try
        {
            await store.DeleteAsync(keys, CancellationToken.None);
            return true;
        }
        catch (ProblemException problem)
        {
            logger.LogWarning("{Count} objects without a row could not be deleted ({Reason}); the deletion is retried within minutes", keys.Count, problem.Message);
            await RecordOrphansAsync([.. keys]);
            return false;
        }
    }

    private async Task RecordOrphansAsync(string[] keys)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
            await db.ObjectRows.AddOrphansAsync(keys, clock.Now(), CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(
                DatabaseOutage.ForLog(exception), "{Count} objects that could not be deleted could not be recorded either; reconciliation will find them: {Reason}", keys.Length, DatabaseOutage.FindReason(exception));
        }
    }
}
