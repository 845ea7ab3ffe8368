using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Oidc;

/// <summary>Begins to join the caller's account to a person at the OpenID Connect provider. The sign-in must be less than five minutes old.</summary>
public sealed record BeginOidcJoin : IRequest<OidcJoinStart>;

/// <summary>The address for the browser.</summary>
/// <param name="Url">The provider's sign-in page, valid for 10 minutes in this browser.</param>
public sealed record OidcJoinUrl(string Url);

/// <summary>A join that has begun.</summary>
/// <param name="Url">The address for the browser.</param>
/// <param name="Cookie">The cookie that identifies the browser when it returns.</param>
public sealed record OidcJoinStart(OidcJoinUrl Url, string Cookie);

internal sealed class BeginOidcJoinHandler(
    IImageHubDb db, IOidcProvider provider, RecentSignIn recent, ICaller caller, IOptions<OidcOptions> options, TimeProvider clock) : IRequestHandler<BeginOidcJoin, OidcJoinStart>
{
    public async Task<OidcJoinStart> Handle(BeginOidcJoin request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        await recent.EnsureAsync("to join the account", cancellationToken);
        if (!provider.CanReturn)
        {
            throw new ProblemException(Problems.NotFound, "The server does not know its public address, to which the provider redirects the browser; the operator must set Web__PublicUrl.");
        }

        var (state, cookie) = (OidcSecrets.Create(), OidcSecrets.Create());
        var address = await provider.BeginAsync(new OidcIntent(OidcPages.Account, state), cancellationToken)
            ?? throw new ProblemException(Problems.OidcUnavailable, $"{options.Value.FindName()} does not respond; try again later.") { RetryAfter = TimeSpan.FromSeconds(30) };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Locks.LockUserAsync(caller.UserId!.Value, cancellationToken);
        await db.OidcJoinIntents.Where(intent => intent.UserId == caller.UserId).ExecuteDeleteAsync(cancellationToken);
        db.OidcJoinIntents.Add(OidcJoinIntent.Begin(caller.UserId.Value, caller.SessionId!.Value, OidcSecrets.Hash(state), OidcSecrets.Hash(cookie), clock.Now()));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new OidcJoinStart(new OidcJoinUrl(address.AbsoluteUri), cookie);
    }
}

/// <summary>The random values of a join: 256 bits, stored only as a hash.</summary>
internal static class OidcSecrets
{
    private const int Bytes = 32;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
