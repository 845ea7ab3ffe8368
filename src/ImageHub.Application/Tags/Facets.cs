using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Tags;

/// <summary>Adds the latest changes to the counts of tags and months, so that few are left to be added up by who reads them. No answer changes by it.</summary>
public sealed record AddUpFacets : IRequest
{
    /// <summary>How often it is sent.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
}

internal sealed class AddUpFacetsHandler(IImageHubDb db) : IRequestHandler<AddUpFacets>
{
    private const int Batch = 10_000;

    public async Task<Unit> Handle(AddUpFacets request, CancellationToken cancellationToken)
    {
        while (await db.FacetCounts.AddUpAsync(Batch, cancellationToken) > 0)
        {
        }

        await db.FacetCounts.RemoveEmptyAsync(cancellationToken);
        return Unit.Value;
    }
}

/// <summary>The images that a caller's facets count.</summary>
internal static class Facets
{
    /// <summary>The images that <see cref="Visibility.ListedFor(IQueryable{Image}, ICaller)"/> lists.</summary>
    public static CountedImages CountedFor(this ICaller caller) =>
        caller.IsAdmin ? CountedImages.All : caller.SeesHiddenImages() ? CountedImages.Curated : CountedImages.Published;
}
