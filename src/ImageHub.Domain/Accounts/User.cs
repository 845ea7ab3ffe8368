namespace ImageHub.Domain.Accounts;

/// <summary>What an account may do.</summary>
public enum Role
{
    /// <summary>Owns images; sees what is published and what is theirs.</summary>
    User,

    /// <summary>Curates everything.</summary>
    Admin,
}

/// <summary>Someone who can sign in.</summary>
public sealed class User
{
    /// <summary>The shortest user name.</summary>
    public const int MinUserNameLength = 3;

    /// <summary>The longest user name.</summary>
    public const int MaxUserNameLength = 64;

    /// <summary>The shortest password, in characters.</summary>
    public const int MinPasswordLength = 12;

    /// <summary>The longest password, in bytes of UTF-8: bcrypt reads no more.</summary>
    public const int MaxPasswordBytes = 72;

    private User()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The name as given.</summary>
    public string UserName { get; private set; } = "";

    /// <summary>The name in lower case: any case is the same account.</summary>
    public string NormalizedUserName { get; private set; } = "";

    /// <summary>bcrypt, "2b".</summary>
    public string PasswordHash { get; private set; } = "";

    /// <summary>What the account may do.</summary>
    public Role Role { get; private set; }

    /// <summary>What a user gets; null for admins, who get everything.</summary>
    public Guid? TierId { get; private set; }

    /// <summary>Whether signing in is refused.</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Makes an admin's account.</summary>
    public static User CreateAdmin(string userName, string passwordHash, DateTimeOffset now)
    {
        var user = new User { Id = Guid.CreateVersion7(now), PasswordHash = passwordHash, CreatedAt = now };
        user.Rename(userName);
        user.MakeAdmin();
        return user;
    }

    /// <summary>Makes a user's account.</summary>
    public static User CreateUser(string userName, string passwordHash, Guid tierId, DateTimeOffset now)
    {
        var user = new User { Id = Guid.CreateVersion7(now), PasswordHash = passwordHash, CreatedAt = now };
        user.Rename(userName);
        user.MakeUser(tierId);
        return user;
    }

    /// <summary>Renames the account.</summary>
    public void Rename(string userName) => (UserName, NormalizedUserName) = (userName, Normalize(userName));

    /// <summary>Lets it curate everything.</summary>
    public void MakeAdmin() => (Role, TierId) = (Role.Admin, null);

    /// <summary>Lets it have what a tier gives.</summary>
    public void MakeUser(Guid tierId) => (Role, TierId) = (Role.User, tierId);

    /// <summary>Refuses or allows signing in.</summary>
    public void Disable(bool isDisabled) => IsDisabled = isDisabled;

    /// <summary>Replaces the password.</summary>
    public void ChangePassword(string passwordHash) => PasswordHash = passwordHash;

    /// <summary>The form in which names are compared.</summary>
    public static string Normalize(string userName) => userName.ToLowerInvariant();
}
