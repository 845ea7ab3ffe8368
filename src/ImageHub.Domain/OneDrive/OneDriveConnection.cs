namespace ImageHub.Domain.OneDrive;

/// <summary>The OneDrive account connected to this installation. Its tokens are stored encrypted.</summary>
public sealed class OneDriveConnection
{
    /// <summary>The id of the single row.</summary>
    public const int OnlyId = 1;

    private OneDriveConnection()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>The account's name; null until known.</summary>
    public string? Account { get; private init; }

    /// <summary>The access token, encrypted.</summary>
    public string AccessToken { get; private set; } = "";

    /// <summary>When the access token expires.</summary>
    public DateTimeOffset AccessTokenExpiresAt { get; private set; }

    /// <summary>The newest refresh token, encrypted.</summary>
    public string RefreshToken { get; private set; } = "";

    /// <summary>The admin who connected the account.</summary>
    public Guid ConnectedBy { get; private init; }

    /// <summary>When the account was connected.</summary>
    public DateTimeOffset ConnectedAt { get; private init; }

    /// <summary>When Microsoft reported that the consent is no longer valid; null while the connection is valid.</summary>
    public DateTimeOffset? LostAt { get; private set; }

    /// <summary>Creates a connection.</summary>
    public static OneDriveConnection Create(Guid connectedBy, DateTimeOffset now) => new() { ConnectedBy = connectedBy, ConnectedAt = now };

    /// <summary>Stores new encrypted tokens.</summary>
    public void Renew(string accessToken, DateTimeOffset expiresAt, string refreshToken)
    {
        AccessToken = accessToken;
        AccessTokenExpiresAt = expiresAt;
        RefreshToken = refreshToken;
    }

    /// <summary>Records that the consent is no longer valid, and deletes the tokens.</summary>
    public void Lose(DateTimeOffset now)
    {
        LostAt = now;
        AccessToken = "";
        RefreshToken = "";
    }
}
