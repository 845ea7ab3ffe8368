using ImageHub.Application.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Imports;

/// <summary>
/// Runs queued imports, and imports interrupted when a server stopped, one after the other. Only one instance runs imports: it holds a lock that ends
/// with its process. The request is sent for each new import, at each start, and every minute.
/// </summary>
public sealed record RunImports : IRequest;

internal sealed class RunImportsHandler(IServiceScopeFactory scopes) : IRequestHandler<RunImports>
{
    public async Task<Unit> Handle(RunImports request, CancellationToken cancellationToken)
    {
        // The queue is checked again after the lock is released. While the lock was held, another run may have given up and left a new import in the queue.
        var isMine = true;
        while (isMine && await NextAsync(cancellationToken) is not null)
        {
            isMine = await RunAllAsync(cancellationToken);
        }

        return Unit.Value;
    }

    private async Task<Guid?> NextAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IImageHubDb>().OpenImports().Select(import => (Guid?)import.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <returns>Whether to look for further imports; false if another instance runs imports, or if an import cannot continue now.</returns>
    private async Task<bool> RunAllAsync(CancellationToken cancellationToken)
    {
        await using var holder = scopes.CreateAsyncScope();
        var turn = holder.ServiceProvider.GetRequiredService<IImageHubDb>();
        if (!await turn.Locks.TryLockImportsAsync(cancellationToken))
        {
            return false;
        }

        try
        {
            while (await NextAsync(cancellationToken) is { } id)
            {
                await using var scope = scopes.CreateAsyncScope();
                if (!await scope.ServiceProvider.GetRequiredService<ImportRun>().RunAsync(id, turn, cancellationToken))
                {
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
