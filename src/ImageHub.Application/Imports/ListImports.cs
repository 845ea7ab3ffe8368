using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.OneDrive;
using MediatR;

namespace ImageHub.Application.Imports;

/// <summary>Lists imports, newest first. Imports are kept for 30 days after they end.</summary>
public sealed record ListImports : PageQuery, IRequest<Page<ListedImport>>;

/// <summary>An import in a list. Its progress is read separately.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="CreatedAt">When the import was requested.</param>
/// <param name="EndedAt">When the import ended, or null.</param>
public sealed record ListedImport(Guid Id, ImportState State, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt = null);

internal sealed class ListImportsValidator : PageQueryValidator<ListImports>;

internal sealed class ListImportsHandler(IImageHubDb db) : IRequestHandler<ListImports, Page<ListedImport>>
{
    private static readonly Keyset<Import> Order = Keyset<Import>.By("createdAt", import => import.CreatedAt, import => import.Id, descending: true);

    public Task<Page<ListedImport>> Handle(ListImports request, CancellationToken cancellationToken) => db.Imports.ListAsync(
        request, Order, import => new ListedImport(import.Id, import.State, import.CreatedAt, import.EndedAt), cancellationToken);
}
