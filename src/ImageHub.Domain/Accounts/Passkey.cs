namespace ImageHub.Domain.Accounts;

/// <summary>A passkey of an account: the public part of a key pair whose private part signs the server's challenges (Web Authentication, Level 3).</summary>
public sealed class Passkey
{
    /// <summary>The maximum number of passkeys of an account.</summary>
    public const int MaxPerAccount = 20;

    /// <summary>The maximum length of a name.</summary>
    public const int MaxNameLength = 100;

    private Passkey()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The name that the owner has given.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The authenticator's id of the key pair, at most 1,023 bytes.</summary>
    public byte[] CredentialId { get; private init; } = [];

    /// <summary>The public key as a COSE key (RFC 9052).</summary>
    public byte[] PublicKey { get; private init; } = [];

    /// <summary>The authenticator's count of signatures; 0 if it does not count.</summary>
    public long SignCount { get; private init; }

    /// <summary>How browsers reach the authenticator, such as <c>internal</c> or <c>usb</c>.</summary>
    public string[] Transports { get; private init; } = [];

    /// <summary>Whether the authenticator may copy the key pair to other devices.</summary>
    public bool IsBackupEligible { get; private init; }

    /// <summary>Whether the authenticator has copied the key pair to other devices.</summary>
    public bool IsBackedUp { get; private init; }

    /// <summary>When the passkey was added.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the passkey was last used to sign in, or null.</summary>
    public DateTimeOffset? LastUsedAt { get; private init; }

    /// <summary>When the challenge of the last sign-in was issued, or null. Challenges issued at or before this time are refused.</summary>
    public DateTimeOffset? LastChallengeAt { get; private init; }

    /// <summary>Creates a passkey.</summary>
    public static Passkey Create(
        Guid userId, string name, byte[] credentialId, byte[] publicKey, long signCount, string[] transports, bool isBackupEligible, bool isBackedUp, DateTimeOffset now) => new()
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            Name = name,
            CredentialId = credentialId,
            PublicKey = publicKey,
            SignCount = signCount,
            Transports = transports,
            IsBackupEligible = isBackupEligible,
            IsBackedUp = isBackedUp,
            CreatedAt = now,
        };
}
