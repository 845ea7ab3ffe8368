using System.Text.Json;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Passkeys;

/// <summary>Adds a passkey to the caller's account. The sign-in must be less than five minutes old.</summary>
/// <param name="Name">1–100 characters.</param>
/// <param name="Credential">The browser's credential, as <c>PublicKeyCredential.toJSON()</c> returns it.</param>
public sealed record AddPasskey(string Name, JsonElement Credential) : IRequest<PasskeyResponse>
{
    internal string? State { get; private init; }

    /// <summary>Returns a copy of this request with the encrypted state of its ceremony.</summary>
    public AddPasskey WithState(string? state) => this with { State = state };
}

internal sealed class AddPasskeyValidator : AbstractValidator<AddPasskey>
{
    public AddPasskeyValidator()
    {
        RuleFor(passkey => passkey.Name).RequiredText(Passkey.MaxNameLength);
        RuleFor(passkey => passkey.Credential).IsCredential();
    }
}

internal sealed class AddPasskeyHandler(IImageHubDb db, PasskeyRules rules, IPasskeyCeremonies ceremonies, CeremonyStates states) : IRequestHandler<AddPasskey, PasskeyResponse>
{
    public async Task<PasskeyResponse> Handle(AddPasskey request, CancellationToken cancellationToken)
    {
        var user = await rules.FindAccountAsync(cancellationToken);
        var name = (await db.ToNfcAsync(request.Name.Trim(), cancellationToken))!;
        if (states.Unprotect(PasskeyRules.PurposeFor(user), request.State) is not { } opened
            || await ceremonies.VerifyRegistrationAsync(request.Credential.GetRawText(), opened.State, user, name) is not { } passkey)
        {
            throw Refused();
        }

        // Concurrent requests can neither exceed the maximum nor add the same passkey twice. A concurrent change of the password ends the
        // session before the check or waits for the commit.
        await using var transaction = await db.Locks.LockAccountsAsync(cancellationToken);
        await db.Locks.ShareUserAsync(user.Id, cancellationToken);
        await rules.FindAccountAsync(cancellationToken);
        if (await db.Passkeys.AnyAsync(known => known.CredentialId == passkey.CredentialId, cancellationToken))
        {
            throw Refused();
        }

        db.Passkeys.Add(passkey);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return PasskeyResponse.From(passkey);
    }

    private static ProblemException Refused() =>
        ProblemException.Invalid("credential", "credential does not match options that this account requested within the last five minutes, or the passkey is already registered.");
}
