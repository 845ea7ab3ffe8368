using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.RateLimits;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Oidc;

/// <summary>Handles the return from the OpenID Connect provider: signs in, or joins the account that began a join.</summary>
/// <param name="JoinCookie">The cookie of the browser that began a join.</param>
public sealed record CompleteOidc(string? JoinCookie) : IRequest<OidcReturn>;

/// <summary>The result of a return from the provider.</summary>
/// <param name="Location">The path to which the browser is sent.</param>
/// <param name="Tokens">The tokens of the new session; null after a failure or a join.</param>
public sealed record OidcReturn(string Location, TokenPair? Tokens = null);

internal sealed class CompleteOidcHandler(
    IImageHubDb db,
    IOidcProvider provider,
    OidcAccounts accounts,
    SessionStart sessions,
    IRateLimiter limiter,
    ICaller caller,
    IOptions<OidcOptions> options,
    TimeProvider clock,
    ILogger<CompleteOidcHandler> logger) : IRequestHandler<CompleteOidc, OidcReturn>
{
    /// <summary>Limits the invalid answers for each address. Wrong passwords have a limit of their own, so that neither blocks the other.</summary>
    private static readonly RateLimit Failures = new("oidc-address", 10, TimeSpan.FromMinutes(1));

    public async Task<OidcReturn> Handle(CompleteOidc request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        if (await limiter.TakeAsync(Failures, caller.Address, 0, cancellationToken) is not null)
        {
            return new OidcReturn(OidcPages.SignInFailed(OidcFailure.TooManyAttempts));
        }

        var begunAt = clock.Now();
        var answer = await provider.CompleteAsync();
        if (answer.Failure == OidcFailure.AnswerInvalid)
        {
            await limiter.TakeAsync(Failures, caller.Address, 1, cancellationToken);
        }

        if (answer.Intent?.JoinState is { } state)
        {
            var failure = answer.Person is { } joined ? await JoinAsync(joined, state, request.JoinCookie, cancellationToken) : answer.Failure;
            return new OidcReturn(failure is { } reason ? OidcPages.JoinFailed(reason) : OidcPages.Account);
        }

        return answer.Person is { } person
            ? await SignInAsync(person, begunAt, answer.Intent!.ReturnTo, cancellationToken)
            : new OidcReturn(OidcPages.SignInFailed(answer.Failure!.Value));
    }

    private async Task<OidcReturn> SignInAsync(OidcPerson person, DateTimeOffset begunAt, string returnTo, CancellationToken cancellationToken)
    {
        var userId = await accounts.FindOrCreateAsync(person, cancellationToken);
        if (userId is not { } id)
        {
            return NoAccount(person);
        }

        var isLoggedOut = false;
        var tokens = await sessions.BeginAsync(
            id,
            SignInMethod.Provider,
            async _ => await accounts.IsJoinedAsync(id, person, cancellationToken) && !(isLoggedOut = await IsLoggedOutAsync(person.Session, begunAt, cancellationToken)),
            cancellationToken,
            person.Session);
        return tokens is not null ? new OidcReturn(returnTo, tokens)
            : isLoggedOut ? new OidcReturn(OidcPages.SignInFailed(OidcFailure.SignInExpired))
            : NoAccount(person);
    }

    private OidcReturn NoAccount(OidcPerson person)
    {
        logger.LogWarning("The person {Subject} has signed in at {Issuer}, but has no account here, or it is disabled", person.Session.Subject, person.Session.Issuer);
        return new OidcReturn(OidcPages.SignInFailed(OidcFailure.NoAccount));
    }

    /// <summary>
    /// Whether the provider has ended the session. A logout token with the session's id always counts. If the token or the session lacks this id, a token for
    /// the person counts if it was received after the code exchange began.
    /// </summary>
    private Task<bool> IsLoggedOutAsync(OidcSession session, DateTimeOffset begunAt, CancellationToken cancellationToken) => db.OidcLogouts.AnyAsync(
        logout => logout.Issuer == session.Issuer && (logout.SessionId != null && session.SessionId != null
            ? logout.SessionId == session.SessionId
            : logout.Subject == session.Subject && logout.ReceivedAt >= begunAt),
        cancellationToken);

    /// <returns>The reason of a failure, or null.</returns>
    private async Task<OidcFailure?> JoinAsync(OidcPerson person, string state, string? cookie, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var intent = await db.AtomicChanges.TakeOidcJoinIntentAsync(OidcSecrets.Hash(state), cancellationToken);
        if (intent is null
            || intent.ExpiresAt <= now
            || !CryptographicOperations.FixedTimeEquals(intent.CookieHash, OidcSecrets.Hash(cookie ?? "")))
        {
            return OidcFailure.SignInExpired;
        }

        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);

        // A concurrent change of the password or a sign-out ends the session. The intent is then no longer valid.
        await db.Locks.ShareUserAsync(intent.UserId, cancellationToken);
        if (!await db.Sessions.AnyAsync(
            session => session.Id == intent.SessionId && session.EndedAt == null && session.ExpiresAt > now && db.Users.Any(user => user.Id == session.UserId && !user.IsDisabled),
            cancellationToken))
        {
            return OidcFailure.SignInExpired;
        }

        var (issuer, subject) = (person.Session.Issuer, person.Session.Subject);
        var owner = await db.OidcIdentities.SingleOrDefaultAsync(identity => identity.Issuer == issuer && identity.Subject == subject, cancellationToken);
        if (owner is not null)
        {
            return owner.UserId == intent.UserId ? null : OidcFailure.IdentityTaken;
        }

        await db.LeaveOidcAsync(intent.UserId, cancellationToken);
        await db.OidcDepartures.Where(left => left.Issuer == issuer && left.Subject == subject).ExecuteDeleteAsync(cancellationToken);
        db.OidcIdentities.Add(OidcIdentity.Join(intent.UserId, issuer, subject, now));
        await db.SaveChangesAsync(cancellationToken);

        // From now on, the password that reset-password has set no longer signs in where passwords are switched off.
        await db.Users.Where(user => user.Id == intent.UserId).ExecuteUpdateAsync(set => set.SetProperty(user => user.HasRecoveryPassword, false), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }
}
