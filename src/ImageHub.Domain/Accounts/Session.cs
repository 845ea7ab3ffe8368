namespace ImageHub.Domain.Accounts;

/// <summary>
/// A sign-in with a chain of refresh tokens. Only the newest token is valid (RFC 9700, section 4.14.2: rotation with reuse detection).
/// </summary>
public sealed class Session
{
    /// <summary>
    /// The time after a rotation in which a use of the old refresh token counts as a race between two tabs. A later use counts as theft.
    /// </summary>
    public static readonly TimeSpan RaceWindow = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The maximum number of stored sessions of an account. The longest unused ones end first: programs may sign in each time they run and never sign out.
    /// </summary>
    public const int MaxPerAccount = 1_000;

    /// <summary>
    /// The maximum number of stored replaced tokens of a session: more than a page replaces in the five weeks for which they are kept. The reuse of an older
    /// token is refused and does not end the session.
    /// </summary>
    public const int MaxReplacedTokens = 4_000;

    private Session()
    {
    }

    /// <summary>UUIDv7; the <c>sid</c> claim of the session's access tokens.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account.</summary>
    public Guid UserId { get; private init; }

    /// <summary>SHA-256 of the valid refresh token.</summary>
    public byte[] CurrentTokenHash { get; private set; } = [];

    /// <summary>When the valid refresh token was issued.</summary>
    public DateTimeOffset RotatedAt { get; private set; }

    /// <summary>When the valid refresh token expires.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When the session was ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; private init; }

    /// <summary>When the session began.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>The issuer of the OpenID Connect provider that signed the account in, or null.</summary>
    public string? OidcIssuer { get; private init; }

    /// <summary>The provider's id of the person, or null.</summary>
    public string? OidcSubject { get; private init; }

    /// <summary>The provider's id of its session (<c>sid</c>), or null.</summary>
    public string? OidcSessionId { get; private init; }

    /// <summary>Starts a session.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="tokenHash">SHA-256 of the refresh token.</param>
    /// <param name="now">The current time.</param>
    /// <param name="lifetime">The lifetime of the refresh token.</param>
    /// <param name="origin">The session at the OpenID Connect provider; null for other sign-ins.</param>
    public static Session Begin(Guid userId, byte[] tokenHash, DateTimeOffset now, TimeSpan lifetime, OidcSession? origin = null)
    {
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            CreatedAt = now,
            OidcIssuer = origin?.Issuer,
            OidcSubject = origin?.Subject,
            OidcSessionId = origin?.SessionId,
        };
        session.Rotate(tokenHash, now, lifetime);
        return session;
    }

    /// <summary>Whether the session's tokens are valid.</summary>
    public bool IsAlive(DateTimeOffset now) => EndedAt is null && now < ExpiresAt;

    /// <summary>Replaces the refresh token.</summary>
    public void Rotate(byte[] tokenHash, DateTimeOffset now, TimeSpan lifetime)
    {
        CurrentTokenHash = tokenHash;
        RotatedAt = now;
        ExpiresAt = now + lifetime;
    }
}

/// <summary>A replaced refresh token, kept to detect its reuse.</summary>
/// <param name="TokenHash">SHA-256 of the token.</param>
/// <param name="SessionId">The session of the token.</param>
/// <param name="ReplacedAt">When the token was replaced.</param>
public sealed record ReplacedToken(byte[] TokenHash, Guid SessionId, DateTimeOffset ReplacedAt);
