using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Webhooks;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Webhooks;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Imports;

/// <summary>Cancels an import: no further file is started, and imported images remain. An import that has ended is unchanged.</summary>
/// <param name="Id">The import's id.</param>
public sealed record CancelImport(Guid Id) : IRequest;

internal sealed class CancelImportHandler(IImageHubDb db, WebhookOutbox outbox, TimeProvider clock) : IRequestHandler<CancelImport>
{
    public async Task<Unit> Handle(CancelImport request, CancellationToken cancellationToken)
    {
        // Pending results are recorded first, because an ended import must have all its results.
        await db.FinishRecordedAsync(request.Id, cancellationToken);
        if (!await db.EndImportAsync(request.Id, ImportState.Cancelled, null, outbox, clock.Now(), cancellationToken)
            && !await db.Imports.AnyAsync(import => import.Id == request.Id, cancellationToken))
        {
            throw ProblemException.NotFound("import");
        }

        return Unit.Value;
    }
}

/// <summary>Updates the state of imports.</summary>
internal static class ImportStates
{
    /// <summary>Queued and running imports, in the order in which they run.</summary>
    public static IQueryable<Import> OpenImports(this IImageHubDb db) =>
        db.Imports.Where(import => import.State == ImportState.Queued || import.State == ImportState.Running).OrderBy(import => import.Id);

    /// <summary>Records the results of files whose images were created just before the server or its database stopped.</summary>
    public static Task FinishRecordedAsync(this IImageHubDb db, Guid id, CancellationToken cancellationToken) => db.ImportFiles
        .Where(file => file.ImportId == id && file.Result == ImportResult.Pending && db.Images.Any(image => image.Id == file.ImageId))
        .ExecuteUpdateAsync(set => set.SetProperty(file => file.Result, ImportResult.Uploaded), cancellationToken);

    /// <summary>Ends an import that has not ended yet, and adds the webhook event.</summary>
    /// <returns>Whether this call ended the import.</returns>
    public static async Task<bool> EndImportAsync(
        this IImageHubDb db, Guid id, ImportState state, string? error, WebhookOutbox outbox, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ended = await db.OpenImports().Where(import => import.Id == id).ExecuteUpdateAsync(
            set => set
                .SetProperty(import => import.State, state)
                .SetProperty(import => import.EndedAt, now)
                .SetProperty(import => import.Error, error),
            cancellationToken);
        if (ended == 1 && outbox.IsOpen && await db.FindImportAsync(id, cancellationToken) is { } import)
        {
            await outbox.AddAsync(
                db, WebhookKind.ImportFinished, new ImportFinished(id, state, import.Total, import.Uploaded, import.Skipped, import.Failed), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return ended == 1;
    }
}
