namespace ImageHub.Domain.Accounts;

/// <summary>The role of an account.</summary>
public enum Role
{
    /// <summary>Owns images. Can see published images, the account's own images, and the groups in which the account is a member.</summary>
    User,

    /// <summary>Manages all groups, images and accounts.</summary>
    Admin,

    /// <summary>Curates all groups and images, and manages neither accounts nor the site.</summary>
    Editor,
}

/// <summary>An account.</summary>
public sealed class User
{
    /// <summary>The minimum length of a user name.</summary>
    public const int MinUserNameLength = 3;

    /// <summary>The maximum length of a user name.</summary>
    public const int MaxUserNameLength = 64;

    /// <summary>The minimum length of a password, in characters.</summary>
    public const int MinPasswordLength = 12;

    /// <summary>The maximum length of a password, in bytes of UTF-8; bcrypt ignores any further bytes.</summary>
    public const int MaxPasswordBytes = 72;

    private User()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The name as entered.</summary>
    public string UserName { get; private set; } = "";

    /// <summary>The name in lower case; user names are case-insensitive.</summary>
    public string NormalizedUserName { get; private set; } = "";

    /// <summary>
    /// The bcrypt hash of the password, in the format <c>2b</c>; null for an account without a password, which signs in at the OpenID Connect provider.
    /// </summary>
    public string? PasswordHash { get; private set; }

    /// <summary>
    /// Whether the server's operator set the password with <c>reset-password</c>. Such a password is accepted even if password sign-in is switched off.
    /// </summary>
    public bool HasRecoveryPassword { get; private set; }

    /// <summary>The role.</summary>
    public Role Role { get; private set; }

    /// <summary>The user's tier; null for admins and editors, who have no limits.</summary>
    public Guid? TierId { get; private set; }

    /// <summary>Whether the account is disabled and cannot sign in.</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>
    /// Whether a sign-in at the OpenID Connect provider created the account. While the account is joined to the provider, its role and tier follow the claims.
    /// </summary>
    public bool FollowsClaims { get; private set; }

    /// <summary>When the account was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Creates the account of an admin or editor.</summary>
    public static User CreateCurator(Role role, string userName, string? passwordHash, DateTimeOffset now)
    {
        var user = new User { Id = Guid.CreateVersion7(now), PasswordHash = passwordHash, CreatedAt = now };
        user.Rename(userName);
        user.MakeCurator(role);
        return user;
    }

    /// <summary>Creates a user's account.</summary>
    public static User CreateUser(string userName, string? passwordHash, Guid tierId, DateTimeOffset now)
    {
        var user = new User { Id = Guid.CreateVersion7(now), PasswordHash = passwordHash, CreatedAt = now };
        user.Rename(userName);
        user.MakeUser(tierId);
        return user;
    }

    /// <summary>Lets role and tier follow the claims of the OpenID Connect provider.</summary>
    public void FollowClaims() => FollowsClaims = true;

    /// <summary>Renames the account.</summary>
    public void Rename(string userName) => (UserName, NormalizedUserName) = (userName, Normalize(userName));

    /// <summary>Makes the account an admin or editor, and removes its tier.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The role is <see cref="Role.User"/>.</exception>
    public void MakeCurator(Role role)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(role, Role.User);
        (Role, TierId) = (role, null);
    }

    /// <summary>Gives the account the user role and a tier.</summary>
    public void MakeUser(Guid tierId) => (Role, TierId) = (Role.User, tierId);

    /// <summary>Disables the account, which prevents signing in, or enables it again.</summary>
    public void SetDisabled(bool isDisabled) => IsDisabled = isDisabled;

    /// <summary>Replaces the password.</summary>
    public void ChangePassword(string passwordHash) => (PasswordHash, HasRecoveryPassword) = (passwordHash, false);

    /// <summary>Replaces the password with one that is accepted even if password sign-in is switched off.</summary>
    public void SetRecoveryPassword(string passwordHash) => (PasswordHash, HasRecoveryPassword) = (passwordHash, true);

    /// <summary>Converts a name to the form used for comparison.</summary>
    public static string Normalize(string userName) => userName.ToLowerInvariant();
}
