using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>Starts a session for the first enabled admin, without asking for a password.</summary>
/// <remarks>
/// For commands on the server's own machine; no route may send this request. The session grants no new rights: the process can already write to the
/// database and has the signing key.
/// </remarks>
public sealed record BeginOwnerSession : IRequest<TokenPair>;

internal sealed class BeginOwnerSessionHandler(IImageHubDb db, IAccessTokens tokens, IOptions<JwtOptions> options, TimeProvider clock)
    : IRequestHandler<BeginOwnerSession, TokenPair>
{
    public async Task<TokenPair> Handle(BeginOwnerSession request, CancellationToken cancellationToken)
    {
        var owner = await db.Users
            .Where(user => user.Role == Role.Admin && !user.IsDisabled)
            .OrderBy(user => user.CreatedAt).ThenBy(user => user.Id)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw new InvalidOperationException("All admins are disabled; adding images needs an enabled admin.");

        var refreshToken = RefreshTokens.Create();
        var session = Session.Begin(owner.Id, RefreshTokens.Hash(refreshToken), clock.Now(), TimeSpan.FromDays(options.Value.SessionDays));
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return tokens.Pair(session, refreshToken, session.CreatedAt, options.Value);
    }
}
