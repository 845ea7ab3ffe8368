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
    public string UserName { get; private init; } = "";

    /// <summary>The name in lower case: any case is the same account.</summary>
    public string NormalizedUserName { get; private init; } = "";

    /// <summary>bcrypt, "2b".</summary>
    public string PasswordHash { get; private set; } = "";

    /// <summary>What the account may do.</summary>
    public Role Role { get; private set; }

    /// <summary>Whether signing in is refused.</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Makes an account.</summary>
    public static User Create(string userName, string passwordHash, Role role, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        UserName = userName,
        NormalizedUserName = Normalize(userName),
        PasswordHash = passwordHash,
        Role = role,
        CreatedAt = now,
    };

    /// <summary>The form in which names are compared.</summary>
    public static string Normalize(string userName) => userName.ToLowerInvariant();
}
