namespace ImageHub.Domain.OneDrive;

/// <summary>A sign-in at Microsoft that was begun and has not come back. It can come back once.</summary>
public sealed class OneDriveSignIn
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private OneDriveSignIn()
    {
    }

    /// <summary>SHA-256 of the <c>state</c> that Microsoft sends back.</summary>
    public byte[] StateHash { get; private init; } = [];

    /// <summary>SHA-256 of the cookie of the browser that began it.</summary>
    public byte[] CookieHash { get; private init; } = [];

    /// <summary>The admin who began it.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The PKCE verifier (RFC 7636, section 4.1), encrypted.</summary>
    public string Verifier { get; private init; } = "";

    /// <summary>When it has taken too long.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Begins a sign-in.</summary>
    public static OneDriveSignIn Begin(byte[] stateHash, byte[] cookieHash, Guid userId, string verifier, DateTimeOffset now) => new()
    {
        StateHash = stateHash,
        CookieHash = cookieHash,
        UserId = userId,
        Verifier = verifier,
        ExpiresAt = now + Lifetime,
    };
}
