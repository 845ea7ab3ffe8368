namespace ImageHub.Domain.OneDrive;

/// <summary>A pending sign-in at Microsoft. It can be completed once.</summary>
public sealed class OneDriveSignIn
{
    /// <summary>The time limit of a sign-in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private OneDriveSignIn()
    {
    }

    /// <summary>SHA-256 of the <c>state</c> that Microsoft sends back.</summary>
    public byte[] StateHash { get; private init; } = [];

    /// <summary>SHA-256 of the cookie of the browser that started the sign-in.</summary>
    public byte[] CookieHash { get; private init; } = [];

    /// <summary>The admin who started the sign-in.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The PKCE verifier (RFC 7636, section 4.1), encrypted.</summary>
    public string Verifier { get; private init; } = "";

    /// <summary>When the sign-in expires.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>Starts a sign-in.</summary>
    public static OneDriveSignIn Begin(byte[] stateHash, byte[] cookieHash, Guid userId, string verifier, DateTimeOffset now) => new()
    {
        StateHash = stateHash,
        CookieHash = cookieHash,
        UserId = userId,
        Verifier = verifier,
        ExpiresAt = now + Lifetime,
    };
}
