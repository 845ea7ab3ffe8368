using ImageHub.Application.Database;
using MediatR;

namespace ImageHub.Application.Site;

/// <summary>Gets the site as visitors see it.</summary>
public sealed record GetSite : IRequest<SiteResponse>;

internal sealed class GetSiteHandler(IImageHubDb db) : IRequestHandler<GetSite, SiteResponse>
{
    public Task<SiteResponse> Handle(GetSite request, CancellationToken cancellationToken) => db.ReadSiteAsync(cancellationToken);
}
