using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Revokes a link. This takes effect immediately on all instances, because every request reads the link's row.</summary>
/// <param name="Id">The link's id.</param>
public sealed record DeleteLink(Guid Id) : IRequest;

internal sealed class DeleteLinkHandler(IImageHubDb db, ICaller caller) : IRequestHandler<DeleteLink>
{
    public async Task<Unit> Handle(DeleteLink request, CancellationToken cancellationToken)
    {
        if (await db.Links.ManagedBy(caller).Where(link => link.Id == request.Id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            throw ProblemException.NotFound("link");
        }

        return Unit.Value;
    }
}

internal static class LinkVisibility
{
    /// <summary>The links that a caller may see and revoke: the caller's own links, or all links for admins and editors.</summary>
    public static IQueryable<Link> ManagedBy(this IQueryable<Link> links, ICaller caller) =>
        caller.IsCurator ? links : links.Where(link => link.CreatedBy == caller.UserId);
}
