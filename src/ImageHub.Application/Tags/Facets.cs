using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using MediatR;

namespace ImageHub.Application.Tags;

/// <summary>Adds pending changes to the stored counts of tags and months, so that readers have few changes to add. This does not change any response.</summary>
public sealed record AddUpFacets : IRequest
{
    /// <summary>The interval between requests.</summary>
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

/// <summary>Determines the images that a caller's facets count.</summary>
internal static class Facets
{
    /// <summary>Returns the images that <see cref="Visibility.ListedFor"/> lists for the caller.</summary>
    public static CountedImages CountedFor(this ICaller caller, bool withUsersImages)
    {
        if (!caller.SeesHiddenImages())
        {
            return CountedImages.Published;
        }

        return caller.IsCurator && withUsersImages ? CountedImages.All : CountedImages.Curated;
    }
}
