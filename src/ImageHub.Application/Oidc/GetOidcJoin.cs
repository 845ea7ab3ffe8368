using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Oidc;

/// <summary>Gets whether the caller's account is joined to the OpenID Connect provider.</summary>
public sealed record GetOidcJoin : IRequest<OidcJoin>;

/// <summary>The join of an account.</summary>
/// <param name="Name">The provider's name.</param>
/// <param name="JoinedAt">When the account was joined or created; null if it is not joined.</param>
/// <param name="FollowsClaims">Whether the provider's claims determine role or tier.</param>
/// <param name="MayUsePassword">Whether the account has a password that signs in.</param>
public sealed record OidcJoin(string Name, DateTimeOffset? JoinedAt, bool FollowsClaims, bool MayUsePassword);

internal sealed class GetOidcJoinHandler(IImageHubDb db, SignInMethodRules methods, ICaller caller, IOptions<OidcOptions> options) : IRequestHandler<GetOidcJoin, OidcJoin>
{
    public async Task<OidcJoin> Handle(GetOidcJoin request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        var issuers = options.Value.Issuers();
        var identity = await db.OidcIdentities.SingleOrDefaultAsync(identity => identity.UserId == caller.UserId && issuers.Contains(identity.Issuer), cancellationToken);
        var hasClaims = options.Value.RoleClaim.Length > 0 || options.Value.TierClaim.Length > 0;
        var account = await db.Users.SingleOrDefaultAsync(user => user.Id == caller.UserId, cancellationToken) ?? throw ProblemException.NotFound("account");
        return new OidcJoin(options.Value.FindName(), identity?.JoinedAt, identity is not null && account.FollowsClaims && hasClaims, methods.MayUsePassword(account));
    }
}
