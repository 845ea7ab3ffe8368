using ImageHub.Domain.Accounts;

namespace ImageHub.Application.Passkeys;

/// <summary>
/// The ceremonies of Web Authentication (Level 3, section 7): registering a passkey, and signing in with a passkey. Both require user verification.
/// </summary>
public interface IPasskeyCeremonies
{
    /// <summary>Whether the host name in the request's address is the host name that passkeys are bound to.</summary>
    bool IsAvailable { get; }

    /// <summary>Begins to register a passkey for an account. Authenticators that already hold a passkey of the account are excluded.</summary>
    Task<Ceremony> BeginRegistrationAsync(User user);

    /// <summary>Verifies a new passkey; null if the credential or the state is wrong.</summary>
    /// <param name="credential">The browser's credential as JSON.</param>
    /// <param name="state">The state of the ceremony.</param>
    /// <param name="user">The account that began the ceremony.</param>
    /// <param name="name">The name of the passkey.</param>
    Task<Passkey?> VerifyRegistrationAsync(string credential, string state, User user, string name);

    /// <summary>Begins to sign in with any passkey.</summary>
    Task<Ceremony> BeginSignInAsync();

    /// <summary>Verifies the signature of a passkey; null if the credential or the state is wrong, or the passkey is unknown.</summary>
    /// <param name="credential">The browser's credential as JSON.</param>
    /// <param name="state">The state of the ceremony.</param>
    Task<VerifiedPasskey?> VerifySignInAsync(string credential, string state);
}

/// <summary>A ceremony that has begun.</summary>
/// <param name="Options">The options for the browser, as JSON.</param>
/// <param name="State">The state that verifies the browser's credential.</param>
public sealed record Ceremony(string Options, string State);

/// <summary>A passkey that has signed a challenge.</summary>
/// <param name="UserId">The account.</param>
/// <param name="CredentialId">The authenticator's id of the key pair.</param>
/// <param name="SignCount">The authenticator's count of signatures.</param>
/// <param name="IsBackedUp">Whether the authenticator has copied the key pair to other devices.</param>
public sealed record VerifiedPasskey(Guid UserId, byte[] CredentialId, long SignCount, bool IsBackedUp);
