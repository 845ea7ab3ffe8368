using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Imports;

/// <summary>
/// Runs queued imports, and imports interrupted when a server stopped, one after the other. Only one instance runs imports: it holds a lock that ends
/// with its process. The request is sent for each new import, at each start, and every minute. An import that cannot continue now does not delay the others.
/// </summary>
public sealed record RunImports : IRequest;

internal sealed class RunImportsHandler(IServiceScopeFactory scopes) : IRequestHandler<RunImports>
{
    public async Task<Unit> Handle(RunImports request, CancellationToken cancellationToken)
    {
        // The queue is checked again after the lock is released. While the lock was held, another run may have given up and left a new import in the queue.
        var isMine = true;
        var paused = new HashSet<Guid>();
        while (isMine && await NextAsync(paused, cancellationToken) is not null)
        {
            isMine = await RunAllAsync(paused, cancellationToken);
        }

        return Unit.Value;
    }

    private async Task<Guid?> NextAsync(HashSet<Guid> paused, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IImageHubDb>().OpenImports()
            .Where(import => !paused.Contains(import.Id))
            .Select(import => (Guid?)import.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Runs the open imports. If an import cannot continue now, its id is added to <paramref name="paused"/>.</summary>
    /// <returns>Whether to look for further imports; false if another instance runs imports.</returns>
    private async Task<bool> RunAllAsync(HashSet<Guid> paused, CancellationToken cancellationToken)
    {
        await using var holder = scopes.CreateAsyncScope();
        var turn = holder.ServiceProvider.GetRequiredService<IImageHubDb>();
        if (!await turn.Locks.TryLockImportsAsync(cancellationToken))
        {
            return false;
        }

        try
        {
            while (await NextAsync(paused, cancellationToken) is { } id)
            {
                await using var scope = scopes.CreateAsyncScope();
                switch (await scope.ServiceProvider.GetRequiredService<ImportRun>().RunAsync(id, turn, cancellationToken))
                {
                    case ImportOutcome.Paused:
                        paused.Add(id);
                        break;
                    case ImportOutcome.LockLost:
                        return false;
                }
            }
        }
        finally
        {
            await turn.Locks.UnlockImportsAsync(CancellationToken.None);
        }

        return true;
    }
}
