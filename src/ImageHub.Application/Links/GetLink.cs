using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Application.Secrets;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Gets a link. Signed-in admins and editors also receive the address of a group link.</summary>
/// <param name="Id">The link's id.</param>
public sealed record GetLink(Guid Id) : IRequest<LinkResponse>;

internal sealed class GetLinkHandler(IImageHubDb db, LinkAddresses addresses, ICaller caller) : IRequestHandler<GetLink, LinkResponse>
{
    public async Task<LinkResponse> Handle(GetLink request, CancellationToken cancellationToken)
    {
        var link = await db.Links.ManagedBy(caller).SingleOrDefaultAsync(link => link.Id == request.Id, cancellationToken) ?? throw SharedGroups.NoLink();
        return await addresses.DescribeAsync(link, cancellationToken);
    }
}

/// <summary>Encrypts the tokens of group links for storage, and decrypts them for signed-in admins and editors while the link is valid.</summary>
internal sealed class LinkAddresses(IImageHubDb db, ISecrets secrets, ICaller caller, TimeProvider clock)
{
    private const string Purpose = "link token";

    /// <summary>Encrypts a token for storage.</summary>
    public string Protect(string token) => secrets.Protect(Purpose, token);

    /// <summary>The address of a group link.</summary>
    public static string UrlFor(string token) => $"/shared/{token}";

    /// <summary>Describes a link. Includes the address of a group link only for signed-in admins and editors, not for API keys.</summary>
    public async Task<LinkResponse> DescribeAsync(Link link, CancellationToken cancellationToken)
    {
        var response = await db.Links.Where(row => row.Id == link.Id).Select(LinkResponse.Projection(db)).SingleAsync(cancellationToken);
        return caller is { IsCurator: true, Scopes: null } ? response with { Url = new Optional<string>(Find(link)) } : response;
    }

    /// <summary>Decrypts the address; null for an image link, and if the link has ended or the encryption key is lost.</summary>
    private string? Find(Link link) =>
        !link.HasEnded(clock.GetUtcNow()) && link.ProtectedToken is { } kept && secrets.Unprotect(Purpose, kept) is { } token ? UrlFor(token) : null;
}
