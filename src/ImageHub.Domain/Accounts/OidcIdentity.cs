namespace ImageHub.Domain.Accounts;

/// <summary>A session at an OpenID Connect provider.</summary>
/// <param name="Issuer">The provider's issuer identifier.</param>
/// <param name="Subject">The provider's id of the person.</param>
/// <param name="SessionId">The provider's id of the session (<c>sid</c>); null if the provider names none.</param>
public sealed record OidcSession(string Issuer, string Subject, string? SessionId);

/// <summary>
/// Joins an account to a person at an OpenID Connect provider. Issuer and subject identify the person (OpenID Connect Core 1.0, section 5.7). Names and mail
/// addresses do not, because a provider may give them to somebody else.
/// </summary>
public sealed class OidcIdentity
{
    /// <summary>The maximum length of a subject (OpenID Connect Core 1.0, section 2), also applied to session ids.</summary>
    public const int MaxSubjectLength = 255;

    private OidcIdentity()
    {
    }

    /// <summary>The account.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The provider's issuer identifier.</summary>
    public string Issuer { get; private init; } = "";

    /// <summary>The provider's id of the person, case-sensitive.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>When the account was joined or created.</summary>
    public DateTimeOffset JoinedAt { get; private init; }

    /// <summary>Joins an account.</summary>
    public static OidcIdentity Join(Guid userId, string issuer, string subject, DateTimeOffset now) =>
        new() { UserId = userId, Issuer = issuer, Subject = subject, JoinedAt = now };
}

/// <summary>
/// A person at an OpenID Connect provider whose account has left the provider. A sign-in of the person creates no other account: somebody whose account is
/// disabled would otherwise get a new one.
/// </summary>
/// <param name="Issuer">The provider's issuer identifier.</param>
/// <param name="Subject">The provider's id of the person, case-sensitive.</param>
/// <param name="UserId">The account that has left.</param>
public sealed record OidcDeparture(string Issuer, string Subject, Guid UserId);

/// <summary>A signed-in user's intent to join the account to the provider. The join can be completed once, in the browser and session that began it.</summary>
public sealed class OidcJoinIntent
{
    /// <summary>The time limit of a join.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private OidcJoinIntent()
    {
    }

    /// <summary>The account. A new intent replaces the account's previous intent.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The session that began the join.</summary>
    public Guid SessionId { get; private init; }

    /// <summary>SHA-256 of the <c>state</c> that the provider sends back.</summary>
    public byte[] StateHash { get; private init; } = [];

    /// <summary>SHA-256 of the browser's cookie.</summary>
    public byte[] CookieHash { get; private init; } = [];

    /// <summary>When the intent expires.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Begins a join.</summary>
    public static OidcJoinIntent Begin(Guid userId, Guid sessionId, byte[] stateHash, byte[] cookieHash, DateTimeOffset now) =>
        new() { UserId = userId, SessionId = sessionId, StateHash = stateHash, CookieHash = cookieHash, ExpiresAt = now + Lifetime };
}

/// <summary>
/// A received logout token. The row is kept until the token expires, to detect its reuse and to refuse sign-ins that were in progress when the token arrived.
/// </summary>
/// <param name="TokenHash">SHA-256 of the token's issuer and id (<c>jti</c>).</param>
/// <param name="Issuer">The provider's issuer identifier.</param>
/// <param name="Subject">The person; null if only the session is named.</param>
/// <param name="SessionId">The session at the provider; null for all sessions of the person.</param>
/// <param name="ReceivedAt">When the token was received.</param>
/// <param name="ExpiresAt">When the row can be deleted, because the token is too old to be accepted.</param>
public sealed record OidcLogout(byte[] TokenHash, string Issuer, string? Subject, string? SessionId, DateTimeOffset ReceivedAt, DateTimeOffset ExpiresAt);
