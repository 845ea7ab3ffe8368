using ImageHub.Domain.Accounts;

namespace ImageHub.Domain.ApiKeys;

/// <summary>A permission of an API key. A key can use only the routes of its scopes.</summary>
public enum KeyScope
{
    /// <summary>Reading public resources, and the same resources of unpublished groups.</summary>
    Read,

    /// <summary>Uploading images and sidecars, also over WebDAV; listing groups and creating hidden groups.</summary>
    Upload,

    /// <summary>Stock records.</summary>
    Inventory,

    /// <summary>Groups, images, links and the trash.</summary>
    Admin,
}

/// <summary>The names of scopes in requests and responses.</summary>
public static class KeyScopes
{
    /// <summary>The names of all scopes.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<KeyScope>().Select(Name);

    /// <summary>A scope's name.</summary>
    public static string Name(this KeyScope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>The scopes of keys that an account with this role may create and use.</summary>
    public static IReadOnlyList<KeyScope> AllowedTo(Role role) => role switch
    {
        Role.Admin => Enum.GetValues<KeyScope>(),
        _ => [KeyScope.Upload],
    };
}

/// <summary>A program's credential. It acts for the account that created it, within the scopes that the account's role allows.</summary>
public sealed class ApiKey
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The maximum number of keys of an account that is not an admin.</summary>
    public const int MaxOwn = 20;

    /// <summary>The prefix of every key, which makes keys recognizable to people and secret scanners.</summary>
    public const string Prefix = "ihk_";

    /// <summary>The granularity of <see cref="LastUsedAt"/>, so that most uses of the key need no write.</summary>
    public static readonly TimeSpan UseGranularity = TimeSpan.FromMinutes(1);

    private ApiKey()
    {
    }

    /// <summary>UUIDv7; not a credential.</summary>
    public Guid Id { get; private init; }

    /// <summary>The name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>SHA-256 of the key. The key itself is not stored.</summary>
    public byte[] KeyHash { get; private init; } = [];

    /// <summary>The scopes, without duplicates.</summary>
    public IReadOnlyList<KeyScope> Scopes { get; private init; } = [];

    /// <summary>The account for which the key acts. The key is deleted with the account.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>When the key was created.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When the key expires; null for a key that works until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>
    /// When the key was last used, to within <see cref="UseGranularity"/>; null if never. The value is updated by a single conditional SQL statement.
    /// </summary>
    public DateTimeOffset? LastUsedAt { get; private init; }

    /// <summary>Creates a key.</summary>
    public static ApiKey Create(string name, byte[] keyHash, IEnumerable<KeyScope> scopes, Guid createdBy, DateTimeOffset now, DateTimeOffset? expiresAt) => new()
    {
        Id = Guid.CreateVersion7(now),
        Name = name,
        KeyHash = keyHash,
        Scopes = [.. scopes.Distinct().Order()],
        CreatedBy = createdBy,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };
}
