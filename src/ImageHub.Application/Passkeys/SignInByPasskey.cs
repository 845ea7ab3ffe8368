using System.Buffers.Text;
using System.Text.Json;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Passkeys;

/// <summary>Signs in with a passkey, without a user name.</summary>
/// <param name="Credential">The browser's credential, as <c>PublicKeyCredential.toJSON()</c> returns it.</param>
public sealed record SignInByPasskey(JsonElement Credential) : IRequest<TokenPair>
{
    /// <summary>The purpose of the encrypted state.</summary>
    internal const string Purpose = "passkey sign-in";

    internal string? State { get; private init; }

    /// <summary>Returns a copy of this request with the encrypted state of its ceremony.</summary>
    public SignInByPasskey WithState(string? state) => this with { State = state };
}

internal sealed class SignInByPasskeyValidator : AbstractValidator<SignInByPasskey>
{
    public SignInByPasskeyValidator() => RuleFor(signIn => signIn.Credential).IsCredential();
}

internal sealed class SignInByPasskeyHandler(
    IImageHubDb db, IPasskeyCeremonies ceremonies, CeremonyStates states, LoginLimits limits, SessionStart sessions, TimeProvider clock) : IRequestHandler<SignInByPasskey, TokenPair>
{
    public async Task<TokenPair> Handle(SignInByPasskey request, CancellationToken cancellationToken)
    {
        var claimedId = await FindClaimedAccountAsync(request.Credential, cancellationToken);
        await limits.EnsureMayTryPasskeyAsync(claimedId, cancellationToken);
        var opened = states.Unprotect(SignInByPasskey.Purpose, request.State);
        if (opened is not { } state
            || await ceremonies.VerifySignInAsync(request.Credential.GetRawText(), state.State) is not { } verified
            || await sessions.BeginAsync(verified.UserId, SignInMethod.Passkey, _ => UseAsync(verified, state.IssuedAt, cancellationToken), cancellationToken) is not { } pair)
        {
            await limits.CountPasskeyFailureAsync(claimedId, cancellationToken);
            throw new ProblemException(Problems.InvalidCredentials, "No account has this passkey, or the options are older than five minutes or were already used.");
        }

        return pair;
    }

    /// <summary>Finds the account whose passkey a credential names. Nothing is verified yet.</summary>
    private async Task<Guid?> FindClaimedAccountAsync(JsonElement credential, CancellationToken cancellationToken)
    {
        if (ReadId(credential) is not { } credentialId)
        {
            return null;
        }

        return await db.Passkeys.Where(passkey => passkey.CredentialId == credentialId).Select(passkey => (Guid?)passkey.UserId).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Reads the id of a credential; null if it is missing or not base64url.</summary>
    private static byte[]? ReadId(JsonElement credential)
    {
        try
        {
            return credential.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? Base64Url.DecodeFromChars(id.GetString()) : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            // JsonElement throws InvalidOperationException for half of a surrogate pair.
            return null;
        }
    }

    /// <summary>Records the use of a passkey, unless the passkey was deleted or was already used with a challenge of the same or a later time.</summary>
    private async Task<bool> UseAsync(VerifiedPasskey used, DateTimeOffset issuedAt, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var changed = await db.Passkeys
            .Where(passkey => passkey.CredentialId == used.CredentialId && passkey.UserId == used.UserId && (passkey.LastChallengeAt == null || passkey.LastChallengeAt < issuedAt))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(passkey => passkey.SignCount, used.SignCount)
                    .SetProperty(passkey => passkey.IsBackedUp, used.IsBackedUp)
                    .SetProperty(passkey => passkey.LastUsedAt, now)
                    .SetProperty(passkey => passkey.LastChallengeAt, issuedAt),
                cancellationToken);
        return changed > 0;
    }
}
