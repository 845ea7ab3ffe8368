namespace ImageHub.Domain.WebDav;

/// <summary>A write lock of a WebDAV client (RFC 4918, section 7). It applies to WebDAV only and ends at its timeout at the latest.</summary>
public sealed class DavLock
{
    /// <summary>The maximum number of locks per account.</summary>
    public const int MaxCount = 1_000;

    /// <summary>The maximum number of shared locks that include a resource. It is low, because each entry of a listing names all locks.</summary>
    public const int MaxShared = 10;

    /// <summary>The maximum length of the owner's description, in characters.</summary>
    public const int MaxOwnerLength = 2_000;

    /// <summary>The longest timeout. A client refreshes its lock to keep it longer.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    private const string TokenPrefix = "urn:uuid:";

    private DavLock()
    {
    }

    /// <summary>A random UUID, which the token contains.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that holds the lock.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The locked folder, or the folder of the locked file: a curated group, or the account's own group.</summary>
    public Guid GroupId { get; private init; }

    /// <summary>The name of the locked file; null if the folder itself is locked.</summary>
    public string? Name { get; private init; }

    /// <summary>Whether the lock of a folder includes everything below the folder.</summary>
    public bool IsDeep { get; private init; }

    /// <summary>Whether others may have a shared lock, too.</summary>
    public bool IsShared { get; private init; }

    /// <summary>The owner's description as sent: an XML element; null if none was sent.</summary>
    public string? Owner { get; private init; }

    /// <summary>The address of the locked resource at the time of locking.</summary>
    public string Href { get; private init; } = "";

    /// <summary>The timeout in seconds, as granted.</summary>
    public int TimeoutSeconds { get; private set; }

    /// <summary>When the lock ends.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>The lock token: a URI that clients send to prove that they hold the lock.</summary>
    public string Token => $"{TokenPrefix}{Id:D}";

    /// <summary>Creates a lock, with a new token unless its id is given.</summary>
    public static DavLock Create(Guid accountId, Guid groupId, string? name, bool isDeep, bool isShared, string? owner, string href, TimeSpan timeout, DateTimeOffset now, Guid? id = null)
    {
        // A random id: a token must not reveal other tokens.
        var created = new DavLock { Id = id ?? Guid.NewGuid(), AccountId = accountId, GroupId = groupId, Name = name, IsDeep = isDeep, IsShared = isShared, Owner = owner, Href = href };
        created.Refresh(timeout, now);
        return created;
    }

    /// <summary>Parses a lock token; null for other texts.</summary>
    public static Guid? ParseToken(string token) =>
        token.StartsWith(TokenPrefix, StringComparison.OrdinalIgnoreCase) && Guid.TryParseExact(token[TokenPrefix.Length..], "D", out var id) ? id : null;

    /// <summary>Starts the timeout again.</summary>
    public void Refresh(TimeSpan timeout, DateTimeOffset now) => (TimeoutSeconds, ExpiresAt) = ((int)timeout.TotalSeconds, now + timeout);
}
