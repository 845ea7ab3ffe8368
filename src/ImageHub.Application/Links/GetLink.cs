using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Application.Secrets;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Gets a link, to signed-in admins with its address.</summary>
/// <param name="Id">Which link.</param>
public sealed record GetLink(Guid Id) : IRequest<LinkResponse>;

internal sealed class GetLinkHandler(IImageHubDb db, LinkAddresses addresses, ICaller caller) : IRequestHandler<GetLink, LinkResponse>
{
    public async Task<LinkResponse> Handle(GetLink request, CancellationToken cancellationToken)
    {
        var link = await db.Links.EndableBy(caller).SingleOrDefaultAsync(link => link.Id == request.Id, cancellationToken) ?? throw SharedGroups.NoLink();
        return await addresses.DescribeAsync(link, cancellationToken);
    }
}

/// <summary>Keeps the addresses of groups' links, encrypted, and tells them to signed-in admins for as long as the link works.</summary>
internal sealed class LinkAddresses(IImageHubDb db, ISecrets secrets, ICaller caller, TimeProvider clock)
{
    private const string Purpose = "link token";

    /// <summary>A token as it is kept.</summary>
    public string Protect(string token) => secrets.Protect(Purpose, token);

    /// <summary>The address of a group's link.</summary>
    public static string UrlFor(string token) => $"/shared/{token}";

    /// <summary>A link with its address; API keys do not get it.</summary>
    public async Task<LinkResponse> DescribeAsync(Link link, CancellationToken cancellationToken)
    {
        var response = await db.Links.Where(row => row.Id == link.Id).Select(LinkResponse.Projection(db)).SingleAsync(cancellationToken);
        return caller is { IsAdmin: true, Scopes: null } ? response with { Url = new Optional<string>(Find(link)) } : response;
    }

    /// <summary>The address; null where the link has ended, was made before addresses were kept, or its key is gone.</summary>
    private string? Find(Link link) =>
        !link.HasEnded(clock.GetUtcNow()) && link.ProtectedToken is { } kept && secrets.Unprotect(Purpose, kept) is { } token ? UrlFor(token) : null;
}
