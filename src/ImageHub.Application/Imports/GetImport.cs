using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;

namespace ImageHub.Application.Imports;

/// <summary>Gets the progress of an import. Imports are kept for 30 days after they end.</summary>
/// <param name="Id">The import's id.</param>
public sealed record GetImport(Guid Id) : IRequest<ImportResponse>;

internal sealed class GetImportHandler(IImageHubDb db) : IRequestHandler<GetImport, ImportResponse>
{
    public async Task<ImportResponse> Handle(GetImport request, CancellationToken cancellationToken) =>
        await db.FindImportAsync(request.Id, cancellationToken) ?? throw ProblemException.NotFound("import");
}
